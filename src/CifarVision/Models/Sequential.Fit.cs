using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Losses;
using CifarVision.Models.Resuming;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Models;

public sealed partial class Sequential
{
    private readonly Lock _figuresGate = new();
    private RandomStream? _shuffling;
    private bool _isFitting;

    /// <summary>Trains on arrays, which are passed on as they are: cast to float32, never scaled.</summary>
    /// <param name="x">The inputs, (N, ...) with the model's input shape.</param>
    /// <param name="y">The truth: one-hot rows (N, classes), or integer labels (N,) or (N, 1) for a sparse loss.</param>
    /// <param name="batchSize">Samples a step; the last of an epoch may hold fewer. Default 32.</param>
    /// <param name="epochs">The index of the end: with <paramref name="initialEpoch"/> 0, the number of passes. Default 1.</param>
    /// <param name="verbose">0 silent, 1 a bar (plain lines where the output is no terminal), 2 a line an epoch. Default 1.</param>
    /// <param name="callbacks">Called in this order, before the history and the progress bar.</param>
    /// <param name="validationSplit">The share of the LAST rows to validate with, taken before any shuffling. Default 0.</param>
    /// <param name="validationData">Arrays to validate with; wins over <paramref name="validationSplit"/>.</param>
    /// <param name="shuffle">Whether each epoch has a new random order. Default true.</param>
    /// <param name="classWeight">A factor on the loss of each class; absent classes weigh 1. Not in validation.</param>
    /// <param name="sampleWeight">A factor on the loss of each sample, (N); the sum is divided by the batch size.</param>
    /// <param name="initialEpoch">The epoch to begin with, from 0. Default 0.</param>
    /// <param name="stepsPerEpoch">Batches an epoch; a pass over the data then goes on over several epochs. Default all.</param>
    /// <param name="validationSteps">Batches a validation. Default all.</param>
    /// <param name="validationBatchSize">Samples a validation step. Default <paramref name="batchSize"/>.</param>
    /// <param name="validationFreq">Validate every so many epochs. Default 1.</param>
    /// <param name="checkFinite">
    /// Whether to look for NaN and infinities in all arrays before training, which reads them once. Default false, as in Keras, which lacks it.
    /// </param>
    /// <param name="cancellationToken">Ends the run after the batch under way; the history of the whole epochs so far is returned.</param>
    /// <returns>One entry an epoch under the keys loss, the metrics' names, and val_ before each.</returns>
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
    /// <param name="batchSize">Samples a step; the last of an epoch may hold fewer. Default 32.</param>
    /// <param name="epochs">The index of the end: with <paramref name="initialEpoch"/> 0, the number of passes. Default 1.</param>
    /// <param name="verbose">0 silent, 1 a bar (plain lines where the output is no terminal), 2 a line an epoch. Default 1.</param>
    /// <param name="callbacks">Called in this order, before the history and the progress bar.</param>
    /// <param name="validationSplit">The share of the LAST rows to validate with, taken before any shuffling. Default 0.</param>
    /// <param name="validationData">A dataset to validate with; wins over <paramref name="validationSplit"/>.</param>
    /// <param name="shuffle">Whether each epoch has a new random order. Default true.</param>
    /// <param name="classWeight">A factor on the loss of each class; absent classes weigh 1. Not in validation.</param>
    /// <param name="initialEpoch">The epoch to begin with, from 0. Default 0.</param>
    /// <param name="stepsPerEpoch">Batches an epoch; a pass over the data then goes on over several epochs. Default all.</param>
    /// <param name="validationSteps">Batches a validation. Default all.</param>
    /// <param name="validationBatchSize">Samples a validation step. Default <paramref name="batchSize"/>.</param>
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

    private TrainingHistory Fit(
        BatchSource data,
        BatchSource? validation,
        double validationSplit,
        IReadOnlyDictionary<int, double>? classWeight,
        FitSettings settings,
        IEnumerable<Callback>? userCallbacks,
        CancellationToken cancellationToken)
    {
        settings.Check();
        (Optimizer optimizer, Loss loss) = RequireCompiled("Fit");
        if (validation is null && validationSplit != 0)
        {
            int splitAt = BatchSource.SplitAt(data.Count, validationSplit, "Sequential: validationSplit");
            (data, validation) = (data.Head(splitAt), data.Tail(splitAt));
        }

        if (classWeight is not null)
            data = WithClassWeight(data, classWeight);

        using var exclusive = EnterFit();
        RandomStream shuffling = _shuffling ??= TorchRuntime.NewStream($"{Path}/shuffling");
        var order = new BatchOrder(data.Count, settings.BatchSize, settings.StepsPerEpoch, settings.Shuffle ? shuffling : null);
        var history = new TrainingHistory(new Dictionary<string, int> { ["verbose"] = settings.Verbose, ["epochs"] = settings.Epochs, ["steps"] = order.Steps });
        var recorder = new HistoryRecorder(history);
        using CallbackList callbacks = StartCallbacks(
            [.. userCallbacks ?? [], recorder],
            new TrainingParameters(settings.Epochs, order.Steps, settings.BatchSize, data.Count, ValidationSteps(validation, settings), settings.Verbose, settings.InitialEpoch, ValidationSamples(validation, settings)),
            cancellationToken);
        TrainingContext context = callbacks.Context;
        var run = new ResumableRun(this, context, order, _lossTracker, () => RunIdentity.Of(this, optimizer, loss, _metrics, _precision, settings, data, validation));
        run.FindBackup();
        callbacks.TrainBegin();
        run.Restore();
        for (int epoch = run.FirstEpoch; epoch < settings.Epochs && !context.StopRequested; epoch++)
        {
            ResetMetrics();
            int step = run.FirstStep(epoch);
            callbacks.EpochBegin(epoch, step);
            if (step > 0)
                run.Restore();
            foreach (ReadOnlyMemory<int> rows in order.NextEpoch(step))
            {
                callbacks.TrainBatchBegin(step);
                TrainStep(data, rows.Span, optimizer);
                callbacks.TrainBatchEnd(step++, new Logs(Figures));
                if (context.StopRequested || cancellationToken.IsCancellationRequested)
                    break;
            }

            if (cancellationToken.IsCancellationRequested)
                break;
            var logs = new Logs([.. Figures()]);
            if (validation is not null && (epoch + 1) % settings.ValidationFreq == 0)
                logs.AddValidation(Evaluate(validation, settings.ValidationBatchSize ?? settings.BatchSize, settings.ValidationSteps, callbacks));

            callbacks.EpochEnd(epoch, logs);
        }

        optimizer.FinalizeWeights([.. Weights.Where(weight => weight.Trainable)]);
        callbacks.TrainEnd(recorder.Last);
        return history;
    }

    private static int ValidationSteps(BatchSource? validation, FitSettings settings) => validation is null
        ? 0
        : settings.ValidationSteps ?? BatchOrder.CountBatches(validation.Count, settings.ValidationBatchSize ?? settings.BatchSize);

    private static long ValidationSamples(BatchSource? validation, FitSettings settings) => validation is null
        ? 0
        : Math.Min(validation.Count, (long)ValidationSteps(validation, settings) * (settings.ValidationBatchSize ?? settings.BatchSize));

    private CallbackList StartCallbacks(IReadOnlyList<Callback> callbacks, TrainingParameters parameters, CancellationToken cancellationToken = default)
    {
        bool silent = parameters.Verbose == 0 || callbacks.Any(callback => callback is ProgbarLogger);
        // A backup is made when all others have seen what happened.
        Callback[] all = [.. (silent ? callbacks : callbacks.Append(new ProgbarLogger())).OrderBy(callback => callback is BackupAndRestore)];
        RandomStream shuffling = _shuffling ??= TorchRuntime.NewStream($"{Path}/shuffling");
        var context = new TrainingContext(this, _optimizer, _metrics, all, parameters, shuffling, Save, SaveWeights) { Precision = _precision, Cancellation = cancellationToken };
        return new CallbackList(all, context);
    }

    // The running means belong to one run at a time. A callback of a running Fit may evaluate; another thread may not.
    private ExclusiveRun EnterFit()
    {
        if (!_figuresGate.TryEnter())
            throw new InvalidOperationException("Sequential: Fit is running on another thread. One model can be fitted by one thread at a time.");
        if (_isFitting)
        {
            _figuresGate.Exit();
            throw new InvalidOperationException("Sequential: Fit was called by a callback of a running Fit. Start it after the first has returned.");
        }

        _isFitting = true;
        return new ExclusiveRun(this, fit: true);
    }

    private ExclusiveRun EnterEvaluate()
    {
        if (_isFitting && !_figuresGate.IsHeldByCurrentThread)
            throw new InvalidOperationException("Sequential: Evaluate must wait until Fit on another thread has returned. Predict need not.");
        _figuresGate.Enter();
        return new ExclusiveRun(this, fit: false);
    }

    private readonly struct ExclusiveRun(Sequential model, bool fit) : IDisposable
    {
        public void Dispose()
        {
            if (fit)
                model._isFitting = false;
            model._figuresGate.Exit();
        }
    }
}
