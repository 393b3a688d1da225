using System.Runtime.CompilerServices;
using CifarVision.Datasets;

namespace CifarVision.Models;

public partial class Model
{
    /// <summary>Trains on one batch.</summary>
    /// <param name="x">The inputs, (N, ...).</param>
    /// <param name="y">The truth, as for Fit.</param>
    /// <param name="sampleWeight">A factor on the loss of each sample, (N). Default none.</param>
    /// <param name="classWeight">A factor on the loss of each class. Default none.</param>
    /// <returns>loss and the metrics of this batch alone, as in Keras since 3.15, for the prediction made before the update.</returns>
    /// <exception cref="InvalidOperationException">Compile was not called, or Fit is running on another thread.</exception>
    public IReadOnlyDictionary<string, double> TrainOnBatch(
        NDArray x, NDArray y, NDArray? sampleWeight = null, IReadOnlyDictionary<int, double>? classWeight = null)
    {
        BatchSource data = ArraySource([x], [y], sampleWeight is null ? null : [sampleWeight], nameof(TrainOnBatch));
        if (classWeight is not null)
            data = WithClassWeight(data, classWeight);
        return _trainer.TrainOnBatch(data);
    }

    /// <summary>Trains a model of several inputs or outputs on one batch.</summary>
    /// <param name="x">An array for each of <see cref="Inputs"/>, in order.</param>
    /// <param name="y">An array for each of <see cref="Outputs"/>, in order.</param>
    /// <param name="sampleWeight">For each output a factor on the loss of each sample, (N). Default none.</param>
    /// <returns>loss, the loss of each output and the metrics, of this batch alone.</returns>
    /// <exception cref="InvalidOperationException">Compile was not called, or Fit is running on another thread.</exception>
    [OverloadResolutionPriority(1)]
    public IReadOnlyDictionary<string, double> TrainOnBatch(IReadOnlyList<NDArray> x, IReadOnlyList<NDArray> y, IReadOnlyList<NDArray>? sampleWeight = null) =>
        _trainer.TrainOnBatch(ArraySource(x, y, sampleWeight, nameof(TrainOnBatch)));

    /// <summary>Evaluates one batch, in inference mode.</summary>
    /// <param name="x">The inputs, (N, ...).</param>
    /// <param name="y">The truth, as for Fit.</param>
    /// <param name="sampleWeight">A factor on the loss of each sample, (N). Default none.</param>
    /// <returns>loss and the metrics of this batch alone, as in Keras since 3.15.</returns>
    /// <exception cref="InvalidOperationException">Compile was not called, or Fit is running on another thread.</exception>
    public IReadOnlyDictionary<string, double> TestOnBatch(NDArray x, NDArray y, NDArray? sampleWeight = null) =>
        TestOnBatch([x], [y], sampleWeight is null ? null : [sampleWeight]);

    /// <summary>Evaluates one batch of a model of several inputs or outputs, in inference mode.</summary>
    /// <param name="x">An array for each of <see cref="Inputs"/>, in order.</param>
    /// <param name="y">An array for each of <see cref="Outputs"/>, in order.</param>
    /// <param name="sampleWeight">For each output a factor on the loss of each sample, (N). Default none.</param>
    /// <returns>loss, the loss of each output and the metrics, of this batch alone.</returns>
    /// <exception cref="InvalidOperationException">Compile was not called, or Fit is running on another thread.</exception>
    [OverloadResolutionPriority(1)]
    public IReadOnlyDictionary<string, double> TestOnBatch(IReadOnlyList<NDArray> x, IReadOnlyList<NDArray> y, IReadOnlyList<NDArray>? sampleWeight = null) =>
        _trainer.TestOnBatch(ArraySource(x, y, sampleWeight, nameof(TestOnBatch)));

    /// <summary>Resets the metrics and the mean of the loss. Fit, Evaluate and single steps do so themselves, at their start.</summary>
    public void ResetMetrics() => _trainer.ResetMetrics();
}
