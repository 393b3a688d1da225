using System.Runtime.CompilerServices;
using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.Runtime;

namespace CifarVision.Models;

public partial class Model
{
    /// <summary>Computes the output for arrays, in inference mode. It needs no Compile, and may run on several threads.</summary>
    /// <param name="x">The inputs, (N, ...) with the model's input shape; cast, but not scaled.</param>
    /// <param name="batchSize">Samples per step. Default 32.</param>
    /// <param name="verbose">0 silent, 1 a bar, 2 one line. Default 0.</param>
    /// <param name="callbacks">Callbacks whose predict hooks are called.</param>
    /// <param name="averageMirrored">Whether to average the outputs for each image and its mirror image, left to right. Default false.</param>
    /// <returns>(N, ...), float32, or float64 under <see cref="DTypePolicy.Float64"/>: for a classifier (N, classes).</returns>
    /// <exception cref="ArgumentException">The shape does not fit, or inputs to mirror are not images.</exception>
    public NDArray Predict(NDArray x, int batchSize = 32, int verbose = 0, IEnumerable<Callback>? callbacks = null, bool averageMirrored = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        return OnlyOutput(Predict(InputSource([x], nameof(Predict)), batchSize, verbose, callbacks, averageMirrored));
    }

    /// <summary>Computes the outputs of a model of several inputs or outputs for arrays, in inference mode.</summary>
    /// <param name="x">An array for each of <see cref="Inputs"/>, in order.</param>
    /// <param name="batchSize">Samples per step. Default 32.</param>
    /// <param name="verbose">0 silent, 1 a bar, 2 one line. Default 0.</param>
    /// <param name="callbacks">Callbacks whose predict hooks are called.</param>
    /// <param name="averageMirrored">Whether to average the outputs for each image and its mirror image, left to right. Default false.</param>
    /// <returns>An array for each of <see cref="Outputs"/>, in order, (N, ...).</returns>
    /// <exception cref="ArgumentException">A shape does not fit, or inputs to mirror are not images.</exception>
    [OverloadResolutionPriority(1)]
    public IReadOnlyList<NDArray> Predict(IReadOnlyList<NDArray> x, int batchSize = 32, int verbose = 0, IEnumerable<Callback>? callbacks = null, bool averageMirrored = false) =>
        Predict(InputSource(x, nameof(Predict)), batchSize, verbose, callbacks, averageMirrored);

    /// <summary>Computes the output for the images of a dataset, in inference mode.</summary>
    /// <param name="data">The dataset; its labels are not used, and may be missing.</param>
    /// <param name="batchSize">Samples per step. Default 32.</param>
    /// <param name="verbose">0 silent, 1 a bar, 2 one line. Default 0.</param>
    /// <param name="callbacks">Callbacks whose predict hooks are called.</param>
    /// <param name="averageMirrored">Whether to average the outputs for each image and its mirror image, left to right. Default false.</param>
    /// <returns>(N, classes), float32, or float64 under <see cref="DTypePolicy.Float64"/>.</returns>
    /// <exception cref="ArgumentException">The images' shape does not fit, or inputs to mirror are not images.</exception>
    public NDArray Predict(ImageDataset data, int batchSize = 32, int verbose = 0, IEnumerable<Callback>? callbacks = null, bool averageMirrored = false)
    {
        ArgumentNullException.ThrowIfNull(data);
        RequireInputs([[data.Count, .. data.ImageShape.Dims]], nameof(Predict));
        return OnlyOutput(Predict(data.ToInputs(), batchSize, verbose, callbacks, averageMirrored));
    }

    /// <summary>Computes the output for one batch, in inference mode.</summary>
    /// <param name="x">The inputs, (N, ...).</param>
    /// <returns>(N, ...), float32, or float64 under <see cref="DTypePolicy.Float64"/>.</returns>
    public NDArray PredictOnBatch(NDArray x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Predict(x, batchSize: checked((int)Math.Max(1, x.shape[0])));
    }

    private IReadOnlyList<NDArray> Predict(BatchSource data, int batchSize, int verbose, IEnumerable<Callback>? callbacks, bool averageMirrored)
    {
        _warnings.Inference(Graph, data);
        return _trainer.Predict(data, batchSize, verbose, callbacks, averageMirrored);
    }
}
