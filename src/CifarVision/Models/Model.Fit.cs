using System.Runtime.CompilerServices;
using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Training;

namespace CifarVision.Models;

public partial class Model
{
    /// <summary>Trains on arrays, which are passed on as they are: cast to float32, never scaled.</summary>
    /// <param name="x">The inputs, (N, ...) with the model's input shape.</param>
    /// <param name="y">The truth: one-hot rows (N, classes), or integer labels (N,) or (N, 1) for a sparse loss.</param>
    /// <param name="batchSize">Samples per step; the last of an epoch may hold fewer. Default 32.</param>
    /// <param name="epochs">The index of the end: with <paramref name="initialEpoch"/> 0, the number of passes. Default 1.</param>
    /// <param name="verbose">0 silent, 1 a bar (plain lines where the output is no terminal), 2 a line per epoch. Default 1.</param>
    /// <param name="callbacks">Called in this order, before the history and the progress bar.</param>
    /// <param name="validationSplit">The share of the LAST rows to validate with, taken before any shuffling. Default 0.</param>
    /// <param name="validationData">Arrays to validate with; wins over <paramref name="validationSplit"/>.</param>
    /// <param name="shuffle">Whether each epoch has a new random order. Default true.</param>
    /// <param name="classWeight">A factor on the loss of each class; absent classes weigh 1. Not in validation.</param>
    /// <param name="sampleWeight">A factor on the loss of each sample, (N); the sum is divided by the batch size.</param>
    /// <param name="initialEpoch">The epoch to begin with, from 0. Default 0.</param>
    /// <param name="stepsPerEpoch">Batches per epoch; a pass over the data then goes on over several epochs. Default all.</param>
    /// <param name="validationSteps">Batches per validation. Default all.</param>
    /// <param name="validationBatchSize">Samples per validation step. Default <paramref name="batchSize"/>.</param>
    /// <param name="validationFreq">Validate every so many epochs. Default 1.</param>
    /// <param name="checkFinite">
    /// Whether to look for NaN and infinities in all arrays before training, which reads them once. Default false, as in Keras, which lacks it.
    /// </param>
    /// <param name="cancellationToken">Ends the run after the batch under way; the history of the whole epochs so far is returned.</param>
    /// <returns>One entry per epoch under the keys loss, the metrics' names, and val_ before each.</returns>
    /// <exception cref="InvalidOperationException">Compile was not called, or another Fit of this model is running.</exception>
    /// <exception cref="ArgumentException">Shapes, labels or weights do not fit, or numbers are not finite and were to be checked.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
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

    /// <summary>Trains a model of several inputs or outputs.</summary>
    /// <inheritdoc cref="Fit(NDArray, NDArray, int, int, int, IEnumerable{Callback}?, double, ValueTuple{NDArray, NDArray}?, bool, IReadOnlyDictionary{int, double}?, NDArray?, int, int?, int?, int?, int, bool, CancellationToken)"/>
    /// <param name="x">An array for each of <see cref="Inputs"/>, in order, all with the same number of rows.</param>
    /// <param name="y">An array for each of <see cref="Outputs"/>, in order.</param>
    /// <param name="batchSize">Samples per step; the last of an epoch may hold fewer. Default 32.</param>
    /// <param name="epochs">The index of the end: with <paramref name="initialEpoch"/> 0, the number of passes. Default 1.</param>
    /// <param name="verbose">0 silent, 1 a bar (plain lines where the output is no terminal), 2 a line per epoch. Default 1.</param>
    /// <param name="callbacks">Called in this order, before the history and the progress bar.</param>
    /// <param name="validationSplit">The share of the LAST rows to validate with, taken before any shuffling. Default 0.</param>
    /// <param name="validationData">Arrays to validate with; wins over <paramref name="validationSplit"/>.</param>
    /// <param name="shuffle">Whether each epoch has a new random order. Default true.</param>
    /// <param name="classWeight">A factor on the loss of each class; for models of one output only.</param>
    /// <param name="sampleWeight">For each output a factor on the loss of each sample, (N).</param>
    /// <param name="initialEpoch">The epoch to begin with, from 0. Default 0.</param>
    /// <param name="stepsPerEpoch">Batches per epoch; a pass over the data then goes on over several epochs. Default all.</param>
    /// <param name="validationSteps">Batches per validation. Default all.</param>
    /// <param name="validationBatchSize">Samples per validation step. Default <paramref name="batchSize"/>.</param>
    /// <param name="validationFreq">Validate every so many epochs. Default 1.</param>
    /// <param name="checkFinite">Whether to look for NaN and infinities in all arrays before training. Default false.</param>
    /// <param name="cancellationToken">Ends the run after the batch under way; the history of the whole epochs so far is returned.</param>
    /// <returns>One entry per epoch: loss, <c>OUTPUT_loss</c> for each output, <c>OUTPUT_METRIC</c>, and val_ before each.</returns>
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

    /// <summary>Trains on a dataset: its bytes are scaled batch by batch, its labels become what the loss wants. The fast path.</summary>
    /// <inheritdoc cref="Fit(NDArray, NDArray, int, int, int, IEnumerable{Callback}?, double, ValueTuple{NDArray, NDArray}?, bool, IReadOnlyDictionary{int, double}?, NDArray?, int, int?, int?, int?, int, bool, CancellationToken)"/>
    /// <param name="data">Images and labels.</param>
    /// <param name="batchSize">Samples per step; the last of an epoch may hold fewer. Default 32.</param>
    /// <param name="epochs">The index of the end: with <paramref name="initialEpoch"/> 0, the number of passes. Default 1.</param>
    /// <param name="verbose">0 silent, 1 a bar (plain lines where the output is no terminal), 2 a line per epoch. Default 1.</param>
    /// <param name="callbacks">Called in this order, before the history and the progress bar.</param>
    /// <param name="validationSplit">The share of the LAST rows to validate with, taken before any shuffling. Default 0.</param>
    /// <param name="validationData">A dataset to validate with; wins over <paramref name="validationSplit"/>.</param>
    /// <param name="shuffle">Whether each epoch has a new random order. Default true.</param>
    /// <param name="classWeight">A factor on the loss of each class; absent classes weigh 1. Not in validation.</param>
    /// <param name="initialEpoch">The epoch to begin with, from 0. Default 0.</param>
    /// <param name="stepsPerEpoch">Batches per epoch; a pass over the data then goes on over several epochs. Default all.</param>
    /// <param name="validationSteps">Batches per validation. Default all.</param>
    /// <param name="validationBatchSize">Samples per validation step. Default <paramref name="batchSize"/>.</param>
    /// <param name="validationFreq">Validate every so many epochs. Default 1.</param>
    /// <param name="cancellationToken">Ends the run after the batch under way; the history of the whole epochs so far is returned.</param>
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

    /// <summary>Trains on batches that a program generates (Keras: <c>fit</c> on a Python generator). They are pulled on another thread, two ahead of training.</summary>
    /// <param name="batches">Inputs and truth of each batch; pulled once, over all epochs. They may be endless. Training ends early, with a warning, where they do.</param>
    /// <param name="stepsPerEpoch">Batches per epoch.</param>
    /// <param name="epochs">The index of the end: with <paramref name="initialEpoch"/> 0, the number of epochs. Default 1.</param>
    /// <param name="verbose">0 silent, 1 a bar (plain lines where the output is no terminal), 2 a line per epoch. Default 1.</param>
    /// <param name="callbacks">Called in this order, before the history and the progress bar. A run on generated batches cannot be resumed.</param>
    /// <param name="validationData">Arrays to validate with.</param>
    /// <param name="initialEpoch">The epoch to begin with, from 0. Default 0.</param>
    /// <param name="validationSteps">Batches per validation. Default all.</param>
    /// <param name="validationBatchSize">Samples per validation step. Default 32.</param>
    /// <param name="validationFreq">Validate every so many epochs. Default 1.</param>
    /// <param name="cancellationToken">Ends the run after the batch under way; the history of the whole epochs so far is returned.</param>
    /// <returns>One entry per epoch under the keys loss, the metrics' names, and val_ before each.</returns>
    /// <exception cref="InvalidOperationException">Compile was not called, or another Fit of this model is running.</exception>
    /// <exception cref="ArgumentException">The arrays of a batch do not fit the model. Exceptions of the program's own come through as they are.</exception>
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
