using CifarVision.Datasets;
using CifarVision.Metrics;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Models;

public sealed partial class Sequential
{
    private BackwardPass? _backward;

    private ScalarType FloatType => _precision == DTypePolicy.Float64 ? ScalarType.Float64 : ScalarType.Float32;

    /// <summary>Forgets the running means that TrainOnBatch and TestOnBatch report; Fit and Evaluate do so themselves.</summary>
    public void ResetMetrics()
    {
        _lossTracker.Reset();
        foreach (Metric metric in _metrics)
            metric.Reset();
    }

    // One step in Keras' order: forward, loss, backward, update, then the metrics of the prediction made before the update.
    private void TrainStep(BatchSource data, ReadOnlySpan<int> rows, Optimizer optimizer)
    {
        using var scope = torch.NewDisposeScope();
        (Tensor x, Tensor y, Tensor? sampleWeight) = data.Batch(rows, Device, FloatType);
        Weight[] weights = [.. Weights.Where(weight => weight.Trainable)];
        Tensor output = Plan.RawForward(x, training: true);
        Tensor loss = TotalLoss(y, output, sampleWeight);
        if (weights.Length > 0)
        {
            (IReadOnlyList<Weight> used, IReadOnlyList<Tensor> gradients) = (_backward ??= new BackwardPass(this, () => Console.Error)).Run(loss, weights, x);
            // For all weights: one that the loss does not depend on keeps its place in the optimizer's state.
            optimizer.Build(weights);
            optimizer.Apply(used, gradients);
        }

        UpdateFigures(y, output, loss, rows.Length);
    }

    private void TestStep(BatchSource data, ReadOnlySpan<int> rows)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        (Tensor x, Tensor y, Tensor? sampleWeight) = data.Batch(rows, Device, FloatType);
        Tensor output = Plan.RawForward(x, training: false);
        UpdateFigures(y, output, TotalLoss(y, output, sampleWeight), rows.Length);
    }

    private Tensor TotalLoss(Tensor y, Tensor output, Tensor? sampleWeight)
    {
        Tensor loss = Plan.Loss!.Call(y, output, sampleWeight);
        return RegularizationLoss() is { } penalty ? loss.Add(penalty) : loss;
    }

    private void UpdateFigures(Tensor y, Tensor output, Tensor loss, int samples)
    {
        using var noGrad = torch.no_grad();
        _lossTracker.Add(loss, samples);
        if (_metrics.Count == 0)
            return;
        Tensor prediction = Plan.Finish(output.detach());
        foreach (Metric metric in _metrics)
            metric.Update(y, prediction);
    }

    // Reads from the device.
    private IEnumerable<KeyValuePair<string, double>> Figures() =>
        _metrics.Select(metric => KeyValuePair.Create(metric.Name, metric.Result())).Prepend(KeyValuePair.Create("loss", _lossTracker.Result()));
}
