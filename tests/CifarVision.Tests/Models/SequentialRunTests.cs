using CifarVision.Callbacks;
using CifarVision.History;
using CifarVision.Models;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

/// <summary>Runs that are stopped, cancelled, nested or on several threads.</summary>
public class SequentialRunTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Fit_Cancelled_FinishesTheBatchAndReturnsTheEpochsSoFar()
    {
        using Sequential model = TinyTask.Compiled();
        using var cancellation = new CancellationTokenSource();
        int steps = 0;
        var canceller = new AtEachBatch(context =>
        {
            steps++;
            if (context is { Epoch: 1, Step: 0 })
                cancellation.Cancel();
        });
        TrainingHistory history = model.Fit(TinyTask.Images(), batchSize: 16, epochs: 9, verbose: 0, callbacks: [canceller], cancellationToken: cancellation.Token);

        Assert.Equal([0], history.Epoch);
        Assert.Equal(4, steps);
    }

    [Fact]
    public void Fit_StopTraining_CutsTheEpochShortButValidatesAndRecordsIt()
    {
        using Sequential model = TinyTask.Compiled();
        var stopper = new AtEachBatch(context => context.StopTraining());
        TrainingHistory history = model.Fit(TinyTask.Images(), batchSize: 16, epochs: 9, verbose: 0, callbacks: [stopper], validationSplit: 0.25, cancellationToken: Token);

        Assert.Equal([0], history.Epoch);
        Assert.Contains("val_loss", history.History.Keys);
        Assert.Equal(1, model.Optimizer!.Iterations);
    }

    [Fact]
    public void Fit_SecondWhileOneRuns_ThrowsAndThePredictionGoesOn()
    {
        using Sequential model = TinyTask.Compiled();
        Exception? nested = null;
        Exception? onAnotherThread = null;
        NDArray? prediction = null;
        (NDArray x, _) = TinyTask.Arrays(4);
        var intruder = new AtEachBatch(_ =>
        {
            nested ??= Record.Exception(() => model.Fit(TinyTask.Images(), verbose: 0, cancellationToken: Token));
            Task.Run(() =>
            {
                onAnotherThread ??= Record.Exception(() => model.Fit(TinyTask.Images(), verbose: 0, cancellationToken: Token));
                prediction ??= model.Predict(x);
            }).Wait();
        });
        model.Fit(TinyTask.Images(), batchSize: 48, verbose: 0, callbacks: [intruder], cancellationToken: Token);

        Assert.IsType<InvalidOperationException>(nested);
        Assert.IsType<InvalidOperationException>(onAnotherThread);
        Assert.Equal([4L, 3L], prediction!.shape);
    }

    [Fact]
    public void Evaluate_ByACallbackOfFit_Works()
    {
        using Sequential model = TinyTask.Compiled();
        double? loss = null;
        var judge = new AtEachBatch(_ => loss = model.Evaluate(TinyTask.Images(), verbose: 0)["loss"]);
        model.Fit(TinyTask.Images(), batchSize: 48, verbose: 0, callbacks: [judge], cancellationToken: Token);

        Assert.True(loss > 0);
    }

    [Fact]
    public void PredictAndEvaluate_OnManyThreads_AgreeWithOne()
    {
        using Sequential model = TinyTask.Compiled();
        (NDArray x, NDArray y) = TinyTask.Arrays();
        NDArray expected = model.Predict(x);
        double loss = model.Evaluate(x, y, verbose: 0)["loss"];
        Parallel.For(0, 8, i =>
        {
            if (i % 2 == 0)
                Near.Absolute(expected, model.Predict(x), 0);
            else
                Assert.Equal(loss, model.Evaluate(x, y, verbose: 0)["loss"]);
        });
    }

    private sealed class AtEachBatch(Action<TrainingContext> action) : Callback
    {
        public override void OnTrainBatchEnd(TrainingContext context, int batch, Logs logs) => action(context);
    }
}
