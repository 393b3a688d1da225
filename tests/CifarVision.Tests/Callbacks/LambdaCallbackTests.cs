using CifarVision.Callbacks;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Callbacks;

public class LambdaCallbackTests
{
    private static readonly Dictionary<string, double> Figures = new() { ["loss"] = 1, ["val_loss"] = 2 };

    [Fact]
    public void Hooks_AllGiven_AreCalledOnceEach()
    {
        var calls = new List<string>();
        var callback = new LambdaCallback(
            onTrainBegin: _ => calls.Add("onTrainBegin"),
            onTrainEnd: (_, _) => calls.Add("onTrainEnd"),
            onEpochBegin: (_, _) => calls.Add("onEpochBegin"),
            onEpochEnd: (_, _, _) => calls.Add("onEpochEnd"),
            onTrainBatchBegin: (_, _) => calls.Add("onTrainBatchBegin"),
            onTrainBatchEnd: (_, _, _) => calls.Add("onTrainBatchEnd"),
            onTestBegin: _ => calls.Add("onTestBegin"),
            onTestEnd: (_, _) => calls.Add("onTestEnd"),
            onTestBatchBegin: (_, _) => calls.Add("onTestBatchBegin"),
            onTestBatchEnd: (_, _, _) => calls.Add("onTestBatchEnd"),
            onPredictBegin: _ => calls.Add("onPredictBegin"),
            onPredictEnd: _ => calls.Add("onPredictEnd"),
            onPredictBatchBegin: (_, _) => calls.Add("onPredictBatchBegin"),
            onPredictBatchEnd: (_, _) => calls.Add("onPredictBatchEnd"));
        var run = new ScriptedRun(callback);

        run.Fit([Figures]);
        run.Predict();

        Assert.Equal(14, calls.Count);
        Assert.Equal(typeof(LambdaCallback).GetConstructors().Single().GetParameters().Select(parameter => parameter.Name).Order(), calls.Order());
    }

    [Fact]
    public void Hooks_NoneGiven_DoNothing()
    {
        var run = new ScriptedRun(new LambdaCallback());

        Assert.Equal(1, run.Fit([Figures]));
        run.Predict();
    }
}
