using CifarVision.Callbacks;
using CifarVision.History;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Callbacks;

/// <summary>Callbacks in a real Fit of a tiny model.</summary>
public sealed class FitCallbackTests : IDisposable
{
    private static readonly NDArray X = np.arange(12).astype(np.float32).reshape(6, 2) / 12f;
    private static readonly NDArray Y = np.arange(6).astype(np.float32).reshape(6, 1) / 6f;

    private readonly Sequential _model = new(2, new Dense(1));
    private readonly List<string> _calls = [];

    public FitCallbackTests()
    {
        TorchRuntime.SetSeed(1);
        _model.Compile(new SGD(learningRate: 0.1), new MeanSquaredError());
    }

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Fit_WithValidation_CallsTheHooksInKerasOrder()
    {
        _model.Fit(X, Y, batchSize: 2, epochs: 2, verbose: 0, callbacks: [Recorder()], validationData: (X["0:2"], Y["0:2"]), initialEpoch: 1);

        Assert.Equal(
            [
                "train begin",
                "epoch 1 begin",
                "batch 0 begin", "batch 0 end",
                "batch 1 begin", "batch 1 end",
                "batch 2 begin", "batch 2 end",
                "test begin", "test batch 0 begin", "test batch 0 end", "test end loss",
                "epoch 1 end loss val_loss",
                "train end loss val_loss",
            ],
            _calls);
    }

    [Fact]
    public void Evaluate_WithCallbacks_CallsTheTestHooks()
    {
        _model.Evaluate(X, Y, batchSize: 3, verbose: 0, callbacks: [Recorder()]);

        Assert.Equal(
            ["test begin", "test batch 0 begin", "test batch 0 end", "test batch 1 begin", "test batch 1 end", "test end loss"], _calls);
    }

    [Fact]
    public void StopTraining_InABatch_EndsTheEpochButRunsItsEnd()
    {
        var stop = new LambdaCallback(onTrainBatchEnd: (context, batch, _) =>
        {
            if (context.Epoch == 1 && batch == 0)
                context.StopTraining();
        });

        TrainingHistory history = _model.Fit(X, Y, batchSize: 2, epochs: 5, verbose: 0, callbacks: [stop, Recorder()], validationData: (X, Y));

        Assert.Equal([0, 1], history.Epoch);
        Assert.Equal(2, history.History["val_loss"].Count);
        Assert.Equal(
            ["epoch 1 begin", "batch 0 begin", "batch 0 end", "test begin"], _calls.SkipWhile(call => call != "epoch 1 begin").Take(4));
        Assert.Equal(["epoch 1 end loss val_loss", "train end loss val_loss"], _calls.TakeLast(2));
    }

    [Fact]
    public void StopTraining_OfOneFit_DoesNotStopTheNext()
    {
        var stop = new LambdaCallback(onEpochEnd: (context, _, _) => context.StopTraining());
        _model.Fit(X, Y, epochs: 3, verbose: 0, callbacks: [stop]);

        Assert.Equal(3, _model.Fit(X, Y, epochs: 3, verbose: 0).Epoch.Count);
    }

    [Fact]
    public void EpochEnd_FigureAdded_IsSeenByLaterCallbacksAndTheHistory()
    {
        var add = new LambdaCallback(onEpochEnd: (_, epoch, logs) => logs["twice"] = 2 * epoch);

        TrainingHistory history = _model.Fit(X, Y, epochs: 3, verbose: 0, callbacks: [add, Recorder()]);

        Assert.Equal([0, 2, 4], history.History["twice"]);
        Assert.Contains("epoch 0 end loss twice", _calls);
    }

    [Fact]
    public void BatchLogs_InAnEpoch_AreRunningMeans()
    {
        var losses = new List<double>();
        var collect = new LambdaCallback(onTrainBatchEnd: (_, _, logs) => losses.Add(logs["loss"]));
        _model.Compile(new SGD(learningRate: 0), new MeanSquaredError());

        TrainingHistory history = _model.Fit(X, Y, batchSize: 2, verbose: 0, callbacks: [collect], shuffle: false);

        Assert.Equal(_model.Evaluate(X["0:2"], Y["0:2"], verbose: 0)["loss"], losses[0], 1e-6);
        Assert.Equal(_model.Evaluate(X["0:4"], Y["0:4"], verbose: 0)["loss"], losses[1], 1e-6);
        Assert.Equal(history.History["loss"][0], losses[2]);
    }

    [Fact]
    public void EarlyStopping_RestoreBestWeights_LeavesTheWeightsOfTheBestEpoch()
    {
        NDArray? best = null;
        // The rate grows until training diverges, so that the best epoch is not the last.
        var diverge = new LearningRateScheduler((epoch, _) => epoch < 3 ? 0.1 : 10);
        var keep = new LambdaCallback(onEpochEnd: (context, epoch, _) => best = epoch == 2 ? context.Model.GetWeights()[0] : best);
        var stopping = new EarlyStopping(patience: 2, restoreBestWeights: true);

        TrainingHistory history = _model.Fit(X, Y, epochs: 20, verbose: 0, callbacks: [diverge, keep, stopping], validationData: (X, Y));

        Assert.Equal(5, history.Epoch.Count);
        Assert.Equal(2, stopping.BestEpoch);
        Assert.Equal(best!.ToArray<float>(), _model.GetWeights()[0].ToArray<float>());
        Assert.Equal(stopping.Best!.Value, _model.Evaluate(X, Y, verbose: 0)["loss"], 1e-6);
    }

    [Fact]
    public void Progress_OwnLogger_ReplacesTheDefaultOne()
    {
        using var output = new StringWriter { NewLine = "\n" };
        TextWriter console = Console.Out;
        using var printed = new StringWriter();
        Console.SetOut(printed);
        try
        {
            _model.Fit(X, Y, epochs: 2, verbose: 2, callbacks: [new ProgbarLogger(output)]);
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.Equal("", printed.ToString());
        Assert.Matches(@"^CPU \(.*; 6 samples of 2\nEpoch 1/2\n1/1 - \d+s - \d+[mu]?s/step - loss: \d\.\d{4}(e-\d\d)?\nEpoch 2/2\n1/1 - ", output.ToString());
    }

    private LambdaCallback Recorder() => new(
        onTrainBegin: _ => _calls.Add("train begin"),
        onTrainEnd: (_, logs) => _calls.Add($"train end {string.Join(' ', logs.Keys)}"),
        onEpochBegin: (_, epoch) => _calls.Add($"epoch {epoch} begin"),
        onEpochEnd: (_, epoch, logs) => _calls.Add($"epoch {epoch} end {string.Join(' ', logs.Keys)}"),
        onTrainBatchBegin: (_, batch) => _calls.Add($"batch {batch} begin"),
        onTrainBatchEnd: (_, batch, _) => _calls.Add($"batch {batch} end"),
        onTestBegin: _ => _calls.Add("test begin"),
        onTestEnd: (_, logs) => _calls.Add($"test end {string.Join(' ', logs.Keys)}"),
        onTestBatchBegin: (_, batch) => _calls.Add($"test batch {batch} begin"),
        onTestBatchEnd: (_, batch, _) => _calls.Add($"test batch {batch} end"));
}
