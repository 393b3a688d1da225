using CifarVision.Datasets;
using CifarVision.Runtime;

namespace CifarVision.Training;

/// <content>One step in Keras' order: forward, loss, backward, update, then the metrics of the prediction made before the update.</content>
internal sealed partial class Trainer
{
    private void TrainStep(BatchSource data, ReadOnlySpan<int> rows)
    {
        using var scope = torch.NewDisposeScope();
        (int start, int count) = _compiled!.Distribution.Slice(rows.Length);
        Weight[] weights = TrainableWeights();
        if (count == 0)
        {
            // A batch of fewer rows than processes: this one only takes part in the update.
            if (weights.Length > 0)
                Update(weights, new Tensor?[weights.Length]);
            return;
        }

        Batch batch = data.Batch(rows.Slice(start, count), Device, FloatType);
        Tensor[] outputs = Plan.RawForward(batch.X, training: true);
        (Tensor loss, Tensor?[] each) = Losses(batch, outputs);
        if (weights.Length > 0)
            Update(weights, Gradients(loss, weights, (double)count / rows.Length));
        UpdateFigures(batch, outputs, loss, each);
    }

    private void TestStep(BatchSource data, ReadOnlySpan<int> rows)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        (int start, int count) = _compiled!.Distribution.Slice(rows.Length);
        if (count == 0)
            return;
        Batch batch = data.Batch(rows.Slice(start, count), Device, FloatType);
        Tensor[] outputs = Plan.RawForward(batch.X, training: false);
        (Tensor loss, Tensor?[] each) = Losses(batch, outputs);
        UpdateFigures(batch, outputs, loss, each);
    }

    private Weight[] TrainableWeights() => [.. model.Weights.Where(weight => weight.Trainable)];

    // The loss to minimize, which is the weighted sum of the losses of the outputs and the penalties, and each loss alone.
    private (Tensor Total, Tensor?[] Each) Losses(Batch batch, Tensor[] outputs)
    {
        Tensor?[] each = [.. Plan.Losses.Select((loss, output) => loss?.Call(batch.Y[output], outputs[output], batch.Weights[output]))];
        IEnumerable<Tensor> parts = each.Index()
            .Where(loss => loss.Item is not null)
            .Select(loss => _compiled!.LossWeights is { } factors ? loss.Item!.Multiply(factors[loss.Index]) : loss.Item!);
        Tensor total = parts.Aggregate((sum, loss) => sum.Add(loss));
        return (model.RegularizationLoss() is { } penalty ? total.Add(penalty) : total, each);
    }

    // A process has the mean over its rows; by their share in the batch, the sum over processes is the mean over the batch.
    // Null for a weight that the loss does not depend on, such as one of an output without a loss.
    private static Tensor?[] Gradients(Tensor loss, Weight[] weights, double share) =>
    [
        .. torch.autograd.grad([loss], [.. weights.Select(weight => weight.Value)], allow_unused: true)
            .Select(gradient => gradient.IsInvalid ? null : share == 1 ? gradient : gradient.Multiply(share)),
    ];

    // As in Keras, a weight without a gradient stays as it is. Processes exchange zeros for it, since all must exchange the same shapes.
    private void Update(Weight[] weights, Tensor?[] gradients)
    {
        if (_compiled!.Distribution.Size > 1)
        {
            Tensor[] all = [.. weights.Select((weight, i) => gradients[i] ?? torch.zeros_like(weight.Value))];
            _compiled.Distribution.SumGradients(all);
            _compiled.Optimizer.Apply(weights, all);
            return;
        }

        Weight[] used = [.. weights.Where((_, i) => gradients[i] is not null)];
        _compiled.Optimizer.Build(weights);
        _compiled.Optimizer.Apply(used, [.. gradients.OfType<Tensor>()]);
    }

    private void UpdateFigures(Batch batch, Tensor[] outputs, Tensor loss, Tensor?[] each)
    {
        using var noGrad = torch.no_grad();
        _figures.AddLosses(loss, each, batch.Rows);
        if (_figures.HasMetrics)
            _figures.Update(batch, [.. outputs.Select((raw, output) => Plan.Finish(raw.detach(), output))]);
    }
}
