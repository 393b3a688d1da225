using System.Runtime.CompilerServices;
using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Training;

namespace CifarVision.Models;

public partial class Model
{
    /// <summary>Trains on arrays, which are cast to float32, but not scaled.</summary>
    /// <param name="x">The inputs, (N, ...) with the model's input shape.</param>
    /// <param name="y">The truth: one-hot rows (N, classes), or integer labels (N,) or (N, 1) for a sparse loss.</param>
    /// <param name="validationData">The arrays to use for validation; overrides <paramref name="validationSplit"/>.</param>
    /// <param name="classWeight">The weight of the loss of each class; missing classes have weight 1. Not used in validation.</param>
    /// <param name="sampleWeight">The weight of the loss of each sample, (N); the weighted sum is divided by the batch size.</param>
    /// <param name="checkFinite">Whether to check all arrays for NaN and infinities before training, which reads them once. Default false. Keras has no such argument.</param>
    /// <include file='Arguments.xml' path='arguments/rows/*'/>
    /// <include file='Arguments.xml' path='arguments/run/*'/>
    /// <returns>One entry per epoch: loss, the names of the metrics, and val_ before each.</returns>
    /// <exception cref="ArgumentException">Shapes, labels or weights do not fit, or numbers that were to be checked are not finite.</exception>
    public TrainingHistory Fit(
        NDArray x,
        NDArray y,
        int batchSize = 32,
        int epochs = 1,
        int verbose = 1,
        IEnumerable<Callback>? callbacks = null,
        double validationSplit = 0,
        (NDArray X, NDArray Y)? validationData = null,
        bool shuffle = true,
        IReadOnlyDictionary<int, double>? classWeight = null,
        NDArray? sampleWeight = null,
        int initialEpoch = 0,
        int? stepsPerEpoch = null,
        int? validationSteps = null,
        int? validationBatchSize = null,
        int validationFreq = 1,
        bool checkFinite = false,
        CancellationToken cancellationToken = default) => Fit(
            [x], [y], batchSize, epochs, verbose, callbacks, validationSplit, validationData is { } given ? ([given.X], [given.Y]) : null, shuffle, classWeight,
            sampleWeight is null ? null : [sampleWeight], initialEpoch, stepsPerEpoch, validationSteps, validationBatchSize, validationFreq, checkFinite, cancellationToken);

    /// <summary>Trains a model of several inputs or outputs on arrays.</summary>
    /// <param name="x">An array for each of <see cref="Inputs"/>, in order, all with the same number of rows.</param>
    /// <param name="y">An array for each of <see cref="Outputs"/>, in order.</param>
    /// <param name="validationData">The arrays to use for validation; overrides <paramref name="validationSplit"/>.</param>
    /// <param name="classWeight">The weight of the loss of each class; for models of one output only.</param>
    /// <param name="sampleWeight">For each output the weight of the loss of each sample, (N).</param>
    /// <param name="checkFinite">Whether to check all arrays for NaN and infinities before training. Default false.</param>
    /// <include file='Arguments.xml' path='arguments/rows/*'/>
    /// <include file='Arguments.xml' path='arguments/run/*'/>
    /// <returns>One entry per epoch: loss, <c>OUTPUT_loss</c> for each output, <c>OUTPUT_METRIC</c>, and val_ before each.</returns>
    /// <exception cref="ArgumentException">Shapes, labels or weights do not fit, or numbers that were to be checked are not finite.</exception>
    [OverloadResolutionPriority(1)]
    public TrainingHistory Fit(
        IReadOnlyList<NDArray> x,
        IReadOnlyList<NDArray> y,
        int batchSize = 32,
        int epochs = 1,
        int verbose = 1,
        IEnumerable<Callback>? callbacks = null,
        double validationSplit = 0,
        (IReadOnlyList<NDArray> X, IReadOnlyList<NDArray> Y)? validationData = null,
        bool shuffle = true,
        IReadOnlyDictionary<int, double>? classWeight = null,
        IReadOnlyList<NDArray>? sampleWeight = null,
        int initialEpoch = 0,
        int? stepsPerEpoch = null,
        int? validationSteps = null,
        int? validationBatchSize = null,
        int validationFreq = 1,
        bool checkFinite = false,
        CancellationToken cancellationToken = default)
    {
        var settings = new FitSettings(batchSize, epochs, verbose, shuffle, initialEpoch, stepsPerEpoch, validationSteps, validationBatchSize, validationFreq);
        BatchSource data = ArraySource(x, y, sampleWeight, "Fit");
        BatchSource? validation = validationData is { } given ? ArraySource(given.X, given.Y, null, "Fit") : null;
        if (checkFinite)
        {
            RequireFinite(data, "");
            if (validation is not null)
                RequireFinite(validation, "validationData.");
        }

        return Fit(data, validation, validationSplit, classWeight, settings, callbacks, cancellationToken);
    }

    /// <summary>Trains on a dataset, which is the fast way: its bytes are scaled batch by batch, and its labels are converted as the loss requires.</summary>
    /// <param name="data">Images and labels.</param>
    /// <param name="validationData">The dataset to use for validation; overrides <paramref name="validationSplit"/>.</param>
    /// <param name="classWeight">The weight of the loss of each class; missing classes have weight 1. Not used in validation.</param>
    /// <include file='Arguments.xml' path='arguments/rows/*'/>
    /// <include file='Arguments.xml' path='arguments/run/*'/>
    /// <returns>One entry per epoch: loss, the names of the metrics, and val_ before each.</returns>
    /// <exception cref="ArgumentException">The images or classes do not fit the model.</exception>
    public TrainingHistory Fit(
        ImageDataset data,
        int batchSize = 32,
        int epochs = 1,
        int verbose = 1,
        IEnumerable<Callback>? callbacks = null,
        double validationSplit = 0,
        ImageDataset? validationData = null,
        bool shuffle = true,
        IReadOnlyDictionary<int, double>? classWeight = null,
        int initialEpoch = 0,
        int? stepsPerEpoch = null,
        int? validationSteps = null,
        int? validationBatchSize = null,
        int validationFreq = 1,
        CancellationToken cancellationToken = default)
    {
        var settings = new FitSettings(batchSize, epochs, verbose, shuffle, initialEpoch, stepsPerEpoch, validationSteps, validationBatchSize, validationFreq);
        BatchSource train = DatasetSource(data, "Fit");
        BatchSource? validation = validationData is null ? null : DatasetSource(validationData, "Fit");
        return Fit(train, validation, validationSplit, classWeight, settings, callbacks, cancellationToken);
    }

    /// <summary>Trains on batches that a program generates (Keras: <c>fit</c> on a Python generator). Another thread enumerates them, two ahead of training.</summary>
    /// <param name="batches">Inputs and truth of each batch, enumerated once for all epochs; may be endless. If they end early, training ends with a warning.</param>
    /// <param name="stepsPerEpoch">Batches per epoch.</param>
    /// <param name="callbacks">The callbacks, called in this order, before the history and the progress bar. A run on generated batches cannot be resumed.</param>
    /// <param name="validationData">The arrays to use for validation.</param>
    /// <param name="validationBatchSize">Samples per validation step. Default 32.</param>
    /// <include file='Arguments.xml' path='arguments/run/*'/>
    /// <returns>One entry per epoch: loss, the names of the metrics, and val_ before each.</returns>
    /// <exception cref="ArgumentException">The arrays of a batch do not fit the model. Exceptions of the generating code are passed on.</exception>
    public TrainingHistory Fit(
        IEnumerable<(NDArray X, NDArray Y)> batches,
        int stepsPerEpoch,
        int epochs = 1,
        int verbose = 1,
        IEnumerable<Callback>? callbacks = null,
        (NDArray X, NDArray Y)? validationData = null,
        int initialEpoch = 0,
        int? validationSteps = null,
        int? validationBatchSize = null,
        int validationFreq = 1,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        var settings = new FitSettings(BatchSize: 32, epochs, verbose, Shuffle: false, initialEpoch, stepsPerEpoch, validationSteps, validationBatchSize, validationFreq);
        settings.Check(Kind);
        BatchSource? validation = validationData is { } given ? ArraySource([given.X], [given.Y], null, "Fit") : null;
        return _trainer.Fit(batches, (x, y) => ArraySource([x], [y], null, "Fit"), validation, settings, callbacks, cancellationToken);
    }

    private TrainingHistory Fit(
        BatchSource data,
        BatchSource? validation,
        double validationSplit,
        IReadOnlyDictionary<int, double>? classWeight,
        FitSettings settings,
        IEnumerable<Callback>? callbacks,
        CancellationToken cancellationToken)
    {
        settings.Check(Kind);
        if (validation is null && validationSplit != 0)
        {
            int splitAt = BatchSource.SplitAt(data.Count, validationSplit, $"{Kind}: validationSplit");
            (data, validation) = (data.Head(splitAt), data.Tail(splitAt));
            _warnings.Split(data, validation, Compiled!.Losses);
        }

        if (classWeight is not null)
            data = WithClassWeight(data, classWeight);
        _warnings.Training(Graph, data, Compiled!.Losses);
        if (validation is not null)
            _warnings.Inference(Graph, validation);
        return _trainer.Fit(data, validation, settings, callbacks, cancellationToken);
    }
}
