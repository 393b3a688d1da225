using System.Runtime.CompilerServices;
using CifarVision.Callbacks;
using CifarVision.Datasets;

namespace CifarVision.Models;

public partial class Model
{
    /// <summary>Evaluates the model on arrays, in inference mode.</summary>
    /// <param name="x">The inputs, (N, ...) with the model's input shape; cast, but not scaled.</param>
    /// <param name="y">The truth, as for Fit.</param>
    /// <param name="batchSize">Samples per step. Default 32.</param>
    /// <param name="verbose">0 silent, 1 a bar, 2 one line. Default 1.</param>
    /// <param name="sampleWeight">A factor on the loss of each sample, (N). Default none.</param>
    /// <param name="steps">The number of batches to evaluate. Default all.</param>
    /// <param name="callbacks">Callbacks whose test hooks are called.</param>
    /// <param name="averageMirrored">Whether to average the outputs for each image and its mirror image, left to right. Default false.</param>
    /// <returns>loss, then the metrics in the order of Compile.</returns>
    /// <exception cref="InvalidOperationException">Compile was not called, or Fit is running on another thread.</exception>
    /// <exception cref="ArgumentException">The shapes or labels do not fit, or inputs to mirror are not images.</exception>
    public IReadOnlyDictionary<string, double> Evaluate(
        NDArray x,
        NDArray y,
        int batchSize = 32,
        int verbose = 1,
        NDArray? sampleWeight = null,
        int? steps = null,
        IEnumerable<Callback>? callbacks = null,
        bool averageMirrored = false) =>
        Evaluate([x], [y], batchSize, verbose, sampleWeight is null ? null : [sampleWeight], steps, callbacks, averageMirrored);

    /// <summary>Evaluates a model of several inputs or outputs, in inference mode.</summary>
    /// <param name="x">An array for each of <see cref="Inputs"/>, in order.</param>
    /// <param name="y">An array for each of <see cref="Outputs"/>, in order.</param>
    /// <param name="batchSize">Samples per step. Default 32.</param>
    /// <param name="verbose">0 silent, 1 a bar, 2 one line. Default 1.</param>
    /// <param name="sampleWeight">For each output a factor on the loss of each sample, (N). Default none.</param>
    /// <param name="steps">The number of batches to evaluate. Default all.</param>
    /// <param name="callbacks">Callbacks whose test hooks are called.</param>
    /// <param name="averageMirrored">Whether to average the outputs for each image and its mirror image, left to right. Default false.</param>
    /// <returns>loss, the loss of each output, then the metrics in the order of Compile.</returns>
    /// <exception cref="InvalidOperationException">Compile was not called, or Fit is running on another thread.</exception>
    /// <exception cref="ArgumentException">The shapes or labels do not fit, or inputs to mirror are not images.</exception>
    [OverloadResolutionPriority(1)]
    public IReadOnlyDictionary<string, double> Evaluate(
        IReadOnlyList<NDArray> x,
        IReadOnlyList<NDArray> y,
        int batchSize = 32,
        int verbose = 1,
        IReadOnlyList<NDArray>? sampleWeight = null,
        int? steps = null,
        IEnumerable<Callback>? callbacks = null,
        bool averageMirrored = false) =>
        Evaluate(ArraySource(x, y, sampleWeight, "Evaluate"), batchSize, verbose, steps, callbacks, averageMirrored);

    /// <summary>Evaluates the model on a dataset, in inference mode.</summary>
    /// <param name="data">Images and labels.</param>
    /// <param name="batchSize">Samples per step. Default 32.</param>
    /// <param name="verbose">0 silent, 1 a bar, 2 one line. Default 1.</param>
    /// <param name="steps">The number of batches to evaluate. Default all.</param>
    /// <param name="callbacks">Callbacks whose test hooks are called.</param>
    /// <param name="averageMirrored">Whether to average the outputs for each image and its mirror image, left to right. Default false.</param>
    /// <returns>loss, then the metrics in the order of Compile.</returns>
    /// <exception cref="InvalidOperationException">Compile was not called, or Fit is running on another thread.</exception>
    /// <exception cref="ArgumentException">Images or classes do not fit the model, or inputs to mirror are not images.</exception>
    public IReadOnlyDictionary<string, double> Evaluate(
        ImageDataset data,
        int batchSize = 32,
        int verbose = 1,
        int? steps = null,
        IEnumerable<Callback>? callbacks = null,
        bool averageMirrored = false) =>
        Evaluate(DatasetSource(data, "Evaluate"), batchSize, verbose, steps, callbacks, averageMirrored);

    private IReadOnlyDictionary<string, double> Evaluate(BatchSource data, int batchSize, int verbose, int? steps, IEnumerable<Callback>? callbacks, bool averageMirrored)
    {
        _warnings.Inference(Graph, data);
        return _trainer.Evaluate(data, batchSize, verbose, steps, callbacks, averageMirrored);
    }
}
