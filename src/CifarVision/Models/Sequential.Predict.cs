using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.Runtime;

namespace CifarVision.Models;

public sealed partial class Sequential
{
    /// <summary>The model's output for arrays, in inference mode; works before Compile too, and on several threads.</summary>
    /// <param name="x">The inputs, (N, ...) with the model's input shape; cast, never scaled.</param>
    /// <param name="batchSize">Samples a step. Default 32.</param>
    /// <param name="verbose">0 silent, 1 a bar, 2 a line. Default 0.</param>
    /// <param name="callbacks">Their predict hooks are called.</param>
    /// <returns>(N, ...), float32, or float64 under <see cref="DTypePolicy.Float64"/>: for a classifier (N, classes).</returns>
    /// <exception cref="ArgumentException">The shape does not fit.</exception>
    public NDArray Predict(NDArray x, int batchSize = 32, int verbose = 0, IEnumerable<Callback>? callbacks = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        RowTable rows = InputTable(x, nameof(Predict));
        return Predict(new BatchSource(rows, rows), batchSize, verbose, callbacks);
    }

    /// <summary>The model's output for the images of a dataset.</summary>
    /// <param name="data">Its labels are not looked at.</param>
    /// <param name="batchSize">Samples a step. Default 32.</param>
    /// <param name="verbose">0 silent, 1 a bar, 2 a line. Default 0.</param>
    /// <param name="callbacks">Their predict hooks are called.</param>
    /// <returns>(N, classes), float32, or float64 under <see cref="DTypePolicy.Float64"/>.</returns>
    /// <exception cref="ArgumentException">The images' shape does not fit.</exception>
    public NDArray Predict(ImageDataset data, int batchSize = 32, int verbose = 0, IEnumerable<Callback>? callbacks = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        RequireInput(data.ImageShape, nameof(Predict));
        return Predict(data.ToBatches(oneHot: false), batchSize, verbose, callbacks);
    }

    /// <summary>The model's output for one batch, as one tensor operation.</summary>
    /// <param name="x">The inputs, (N, ...).</param>
    /// <returns>(N, ...), float32, or float64 under <see cref="DTypePolicy.Float64"/>.</returns>
    public NDArray PredictOnBatch(NDArray x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Predict(x, batchSize: checked((int)Math.Max(1, x.shape[0])));
    }

    private NDArray Predict(BatchSource data, int batchSize, int verbose, IEnumerable<Callback>? userCallbacks)
    {
        FitSettings.AtLeastOne(batchSize, nameof(batchSize));
        FitSettings.CheckVerbose(verbose);
        var order = new BatchOrder(data.Count, batchSize, stepsPerEpoch: null, shuffling: null);
        using CallbackList callbacks = StartCallbacks([.. userCallbacks ?? []], new TrainingParameters(1, order.Steps, batchSize, data.Count, 0, verbose));
        using WeightCasts? casts = callbacks.OnlyLookOn ? new WeightCasts() : null;
        callbacks.PredictBegin();
        var outputs = new List<NDArray>(order.Steps);
        foreach (ReadOnlyMemory<int> rows in order.NextEpoch())
        {
            callbacks.PredictBatchBegin(outputs.Count);
            using (torch.NewDisposeScope())
            using (torch.no_grad())
                outputs.Add(ArrayConversion.ToNDArray(Forward(data.Batch(rows.Span, Device, FloatType).X, training: false)));
            callbacks.PredictBatchEnd(outputs.Count - 1);
        }

        callbacks.PredictEnd();
        GC.KeepAlive(this);
        return outputs.Count == 1 ? outputs[0] : np.concatenate([.. outputs]);
    }
}
