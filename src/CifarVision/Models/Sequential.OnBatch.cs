using CifarVision.Datasets;
using CifarVision.Optimizers;

namespace CifarVision.Models;

public sealed partial class Sequential
{
    /// <summary>One training step on one batch.</summary>
    /// <param name="x">The inputs, (N, ...).</param>
    /// <param name="y">The truth, as for Fit.</param>
    /// <param name="sampleWeight">A factor on the loss of each sample, (N). Default none.</param>
    /// <param name="classWeight">A factor on the loss of each class. Default none.</param>
    /// <returns>loss and the metrics of the prediction made before the update: running means since <see cref="ResetMetrics"/>, as in Keras 3.</returns>
    /// <exception cref="InvalidOperationException">Compile was not called, or Fit is running on another thread.</exception>
    public IReadOnlyDictionary<string, double> TrainOnBatch(
        NDArray x, NDArray y, NDArray? sampleWeight = null, IReadOnlyDictionary<int, double>? classWeight = null)
    {
        BatchSource data = ArraySource(x, y, sampleWeight, nameof(TrainOnBatch));
        (Optimizer optimizer, _) = RequireCompiled(nameof(TrainOnBatch));
        if (classWeight is not null)
            data = WithClassWeight(data, classWeight);
        using var exclusive = EnterEvaluate();
        TrainStep(data, AllRows(data), optimizer);
        return new Dictionary<string, double>(Figures());
    }

    /// <summary>Judges one batch, in inference mode.</summary>
    /// <param name="x">The inputs, (N, ...).</param>
    /// <param name="y">The truth, as for Fit.</param>
    /// <param name="sampleWeight">A factor on the loss of each sample, (N). Default none.</param>
    /// <returns>loss and the metrics: running means since <see cref="ResetMetrics"/>, as in Keras 3.</returns>
    /// <exception cref="InvalidOperationException">Compile was not called, or Fit is running on another thread.</exception>
    public IReadOnlyDictionary<string, double> TestOnBatch(NDArray x, NDArray y, NDArray? sampleWeight = null)
    {
        BatchSource data = ArraySource(x, y, sampleWeight, nameof(TestOnBatch));
        RequireCompiled(nameof(TestOnBatch));
        using var exclusive = EnterEvaluate();
        TestStep(data, AllRows(data));
        return new Dictionary<string, double>(Figures());
    }

    private static int[] AllRows(BatchSource data) => [.. Enumerable.Range(0, data.Count)];
}
