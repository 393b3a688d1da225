using CifarVision.Callbacks;
using CifarVision.History;
using CifarVision.Metrics;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Training;

namespace CifarVision.Tests.Testing;

/// <summary>
/// Plays figures through callbacks in the order of Fit, Evaluate and Predict, without training. The model is one number, which is the epoch
/// plus one when the epoch ends.
/// </summary>
internal sealed class ScriptedRun(params IEnumerable<Callback> callbacks)
{
    public OneWeightLayer Model { get; } = new();

    public Optimizer Optimizer { get; init; } = new SGD(learningRate: 0.1);

    public IReadOnlyList<Metric> Metrics { get; init; } = [new NamedMetric("accuracy", higherIsBetter: true)];

    public int Epochs { get; init; } = 10;

    public int InitialEpoch { get; init; }

    /// <summary>Where in its first epoch a resumed run goes on.</summary>
    public int FirstStep { get; init; }

    public int Steps { get; init; } = 1;

    public int ValidationSteps { get; init; } = 1;

    public int Verbose { get; init; }

    /// <summary>Called when a step of training, testing or predicting is over, before its hook.</summary>
    public Action<int>? AfterStep { get; init; }

    /// <summary>Called after train begin, where a resumed run sets the callbacks' state.</summary>
    public Action? AfterTrainBegin { get; init; }

    /// <summary>Called before epoch end.</summary>
    public Action<int>? BeforeEpochEnd { get; init; }

    /// <summary>What was saved, as <c>model PATH</c> and <c>weights PATH</c>.</summary>
    public List<string> Saved { get; } = [];

    /// <summary>How often the figures of a batch were read.</summary>
    public int BatchReads { get; private set; }

    public TrainingContext? Context { get; private set; }

    public TrainingHistory History { get; private set; } = new();

    /// <summary>Fits as many epochs as there are values of one figure.</summary>
    /// <returns>How many epochs ran before a callback stopped.</returns>
    public int Fit(string key, params double[] values) => Fit(values.Select(value => new Dictionary<string, double> { [key] = value }));

    /// <summary>Fits as many epochs as there are logs; val_ figures make a validation.</summary>
    /// <returns>How many epochs ran before a callback stopped.</returns>
    public int Fit(IEnumerable<IReadOnlyDictionary<string, double>> epochs)
    {
        History = new TrainingHistory();
        CallbackList list = Begin([.. callbacks, new HistoryRecorder(History)]);
        list.TrainBegin();
        AfterTrainBegin?.Invoke();
        var last = new Logs([]);
        int epoch = InitialEpoch;
        foreach (IReadOnlyDictionary<string, double> figures in epochs)
        {
            int firstStep = epoch == InitialEpoch ? FirstStep : 0;
            list.EpochBegin(epoch, firstStep);
            for (int step = firstStep; step < Steps && !Context!.StopRequested; step++)
            {
                list.TrainBatchBegin(step);
                AfterStep?.Invoke(step);
                list.TrainBatchEnd(step, Lazily(figures.Where(pair => !IsValidation(pair.Key))));
            }

            if (figures.Keys.Any(IsValidation))
                Test(list, ValidationSteps, figures.Where(pair => IsValidation(pair.Key)).Select(pair => KeyValuePair.Create(pair.Key[4..], pair.Value)));
            Model.Value = epoch + 1;
            BeforeEpochEnd?.Invoke(epoch);
            last = new Logs(figures);
            list.EpochEnd(epoch, last);
            epoch++;
            if (Context!.StopRequested)
                break;
        }

        list.TrainEnd(last);
        return epoch - InitialEpoch;
    }

    public void Evaluate(IReadOnlyDictionary<string, double> figures) => Test(Begin(callbacks), Steps, figures);

    public void Predict()
    {
        CallbackList list = Begin(callbacks);
        list.PredictBegin();
        for (int step = 0; step < Steps; step++)
        {
            list.PredictBatchBegin(step);
            AfterStep?.Invoke(step);
            list.PredictBatchEnd(step);
        }

        list.PredictEnd();
    }

    private static bool IsValidation(string key) => key.StartsWith("val_", StringComparison.Ordinal);

    private CallbackList Begin(IEnumerable<Callback> all)
    {
        Callback[] list = [.. all];
        var parameters = new TrainingParameters(Epochs, Steps, BatchSize: 1, Samples: Steps, ValidationSteps, Verbose, InitialEpoch);
        Context = new TrainingContext(
            Model, Optimizer, ["loss"], Metrics.ToDictionary(metric => metric.Name), list, parameters, new RandomStream(1, "shuffling"), path => Saved.Add($"model {path}"), path => Saved.Add($"weights {path}"));
        return new CallbackList(list, Context);
    }

    private void Test(CallbackList list, int steps, IEnumerable<KeyValuePair<string, double>> figures)
    {
        list.TestBegin();
        for (int step = 0; step < steps; step++)
        {
            list.TestBatchBegin(step);
            AfterStep?.Invoke(step);
            list.TestBatchEnd(step, Lazily(figures));
        }

        list.TestEnd(new Logs(figures));
    }

    private Logs Lazily(IEnumerable<KeyValuePair<string, double>> figures) => new(() =>
    {
        BatchReads++;
        return figures;
    });
}
