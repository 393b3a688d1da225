using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.Runtime;

namespace CifarVision.Models;

public sealed partial class Sequential
{
    /// <summary>Judges the model on arrays, in inference mode.</summary>
    /// <param name="x">The inputs, (N, ...) with the model's input shape; cast, never scaled.</param>
    /// <param name="y">The truth, as for Fit.</param>
    /// <param name="batchSize">Samples a step. Default 32.</param>
    /// <param name="verbose">0 silent, 1 a bar, 2 a line. Default 1.</param>
    /// <param name="sampleWeight">A factor on the loss of each sample, (N). Default none.</param>
    /// <param name="steps">Batches to judge. Default all.</param>
    /// <param name="callbacks">Their test hooks are called.</param>
    /// <returns>loss, then the metrics in the order of Compile.</returns>
    /// <exception cref="InvalidOperationException">Compile was not called, or Fit is running on another thread.</exception>
    /// <exception cref="ArgumentException">Shapes or labels do not fit.</exception>
    public IReadOnlyDictionary<string, double> Evaluate(
        NDArray x,
        NDArray y,
        int batchSize = 32,
        int verbose = 1,
        NDArray? sampleWeight = null,
        int? steps = null,
        IEnumerable<Callback>? callbacks = null) =>
        Evaluate(ArraySource(x, y, sampleWeight, "Evaluate"), batchSize, verbose, steps, callbacks);

    /// <summary>Judges the model on a dataset, in inference mode.</summary>
    /// <param name="data">Images and labels.</param>
    /// <param name="batchSize">Samples a step. Default 32.</param>
    /// <param name="verbose">0 silent, 1 a bar, 2 a line. Default 1.</param>
    /// <param name="steps">Batches to judge. Default all.</param>
    /// <param name="callbacks">Their test hooks are called.</param>
    /// <returns>loss, then the metrics in the order of Compile.</returns>
    /// <exception cref="InvalidOperationException">Compile was not called, or Fit is running on another thread.</exception>
    /// <exception cref="ArgumentException">Images or classes do not fit the model.</exception>
    public IReadOnlyDictionary<string, double> Evaluate(
        ImageDataset data,
        int batchSize = 32,
        int verbose = 1,
        int? steps = null,
        IEnumerable<Callback>? callbacks = null) =>
        Evaluate(DatasetSource(data, "Evaluate"), batchSize, verbose, steps, callbacks);

    private Dictionary<string, double> Evaluate(BatchSource data, int batchSize, int verbose, int? steps, IEnumerable<Callback>? callbacks)
    {
        FitSettings.AtLeastOne(batchSize, nameof(batchSize));
        FitSettings.AtLeastOne(steps, nameof(steps));
        FitSettings.CheckVerbose(verbose);
        RequireCompiled("Evaluate");
        int batches = steps ?? BatchOrder.CountBatches(data.Count, batchSize);
        using CallbackList all = StartCallbacks([.. callbacks ?? []], new TrainingParameters(1, batches, batchSize, data.Count, 0, verbose));
        return Evaluate(data, batchSize, steps, all);
    }

    private Dictionary<string, double> Evaluate(BatchSource data, int batchSize, int? steps, CallbackList callbacks)
    {
        using var exclusive = EnterEvaluate();
        using WeightCasts? casts = callbacks.OnlyLookOn ? new WeightCasts() : null;
        ResetMetrics();
        callbacks.TestBegin();
        int step = 0;
        foreach (ReadOnlyMemory<int> rows in new BatchOrder(data.Count, batchSize, steps, shuffling: null).NextEpoch())
        {
            callbacks.TestBatchBegin(step);
            TestStep(data, rows.Span);
            callbacks.TestBatchEnd(step++, new Logs(Figures));
        }

        var figures = new Dictionary<string, double>(Figures());
        callbacks.TestEnd(new Logs(figures));
        return figures;
    }
}
