using CifarVision.Callbacks;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Callbacks;

public class EarlyStoppingTests
{
    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 3)]
    [InlineData(2, 4)]
    [InlineData(3, 5)]
    [InlineData(5, 7)]
    public void Fit_LossRisesTwiceThenFallsThenRises_StopsWhenPatienceIsUsedUp(int patience, int epochs)
    {
        var stopping = new EarlyStopping(patience: patience);

        int ran = new ScriptedRun(stopping).Fit("val_loss", 3, 2, 2.5, 2.4, 2.3, 2.2, 2.1, 1);

        Assert.Equal((epochs, epochs - 1), (ran, stopping.StoppedEpoch));
    }

    [Fact]
    public void Fit_BetterEpochInBetween_CountsPatienceAnew()
    {
        var stopping = new EarlyStopping(patience: 2);

        int ran = new ScriptedRun(stopping).Fit("val_loss", 3, 4, 2, 3, 1, 2, 2, 2);

        Assert.Equal(7, ran);
        Assert.Equal((1.0, 4, 6), (stopping.Best, stopping.BestEpoch, stopping.StoppedEpoch));
    }

    [Fact]
    public void Fit_AlwaysBetter_DoesNotStop()
    {
        var stopping = new EarlyStopping();

        Assert.Equal(4, new ScriptedRun(stopping).Fit("val_loss", 4, 3, 2, 1));
        Assert.Null(stopping.StoppedEpoch);
    }

    [Fact]
    public void Fit_Loss_MinDeltaMustBeBeatenDownwards()
    {
        // 2.75 is 0.25 below 3, which is not more than minDelta; 2.5 is.
        var stopping = new EarlyStopping(minDelta: 0.25, patience: 2);

        Assert.Equal(5, new ScriptedRun(stopping).Fit("val_loss", 3, 2.75, 2.5, 2.5, 2.25, 2));
        Assert.Equal(2.5, stopping.Best);
    }

    [Fact]
    public void Fit_Accuracy_MinDeltaMustBeBeatenUpwards()
    {
        var stopping = new EarlyStopping("val_accuracy", minDelta: 0.25, patience: 2);

        Assert.Equal(5, new ScriptedRun(stopping).Fit("val_accuracy", 0.25, 0.5, 0.75, 0.75, 1, 2));
        Assert.Equal(0.75, stopping.Best);
    }

    [Fact]
    public void Fit_MetricThatIsBetterWhenLower_IsMinimised()
    {
        var run = new ScriptedRun(new EarlyStopping("val_mean_absolute_error")) { Metrics = [new NamedMetric("mean_absolute_error", higherIsBetter: false)] };

        Assert.Equal(3, run.Fit("val_mean_absolute_error", 2, 1, 1.5, 0));
    }

    [Fact]
    public void Fit_ModeMax_WinsOverTheMetricsOwn()
    {
        var run = new ScriptedRun(new EarlyStopping("loss", mode: MonitorMode.Max));

        Assert.Equal(3, run.Fit("loss", 1, 2, 1.5, 3));
    }

    [Fact]
    public void Fit_BaselineNeverBeaten_StopsThoughEpochsGetBetter()
    {
        var stopping = new EarlyStopping(baseline: 1, patience: 2);

        // Better epochs do not stop training themselves, but use up patience: the first one that is not better finds none left.
        Assert.Equal(4, new ScriptedRun(stopping).Fit("val_loss", 5, 4, 3, 3.5, 2));
    }

    [Fact]
    public void Fit_BaselineBeaten_CountsPatienceAnew()
    {
        var stopping = new EarlyStopping(baseline: 3, patience: 2);

        Assert.Equal(5, new ScriptedRun(stopping).Fit("val_loss", 5, 2, 1, 1.5, 1, 1, 1));
    }

    [Fact]
    public void Fit_StartFromEpoch_LooksAtNoneBefore()
    {
        var stopping = new EarlyStopping(startFromEpoch: 3);

        Assert.Equal(5, new ScriptedRun(stopping).Fit("val_loss", 1, 2, 3, 4, 5, 6));
        Assert.Equal((4.0, 3), (stopping.Best, stopping.BestEpoch));
    }

    [Fact]
    public void Fit_NoNumberInEpoch0_DoesNotStopThere()
    {
        var stopping = new EarlyStopping();

        Assert.Equal(2, new ScriptedRun(stopping).Fit("val_loss", double.NaN, double.NaN, 1));
    }

    [Fact]
    public void Fit_NoNumberFirst_IsNotTheBest()
    {
        var stopping = new EarlyStopping(patience: 2);

        new ScriptedRun(stopping).Fit("val_loss", double.NaN, 3, 2);

        Assert.Equal(2, stopping.Best);
    }

    [Fact]
    public void TrainEnd_StoppedEarly_BringsTheBestWeightsBack()
    {
        var run = new ScriptedRun(new EarlyStopping(patience: 2, restoreBestWeights: true));

        run.Fit("val_loss", 3, 1, 2, 2, 2);

        Assert.Equal(2, run.Model.Value);
    }

    [Fact]
    public void TrainEnd_NeverStopped_BringsTheBestWeightsBackAsWell()
    {
        var run = new ScriptedRun(new EarlyStopping(patience: 10, restoreBestWeights: true));

        run.Fit("val_loss", 3, 1, 2);

        Assert.Equal(2, run.Model.Value);
    }

    [Fact]
    public void TrainEnd_NoNumberAtAll_BringsTheFirstWeightsBack()
    {
        var run = new ScriptedRun(new EarlyStopping(patience: 10, restoreBestWeights: true));

        run.Fit("val_loss", double.NaN, double.NaN, double.NaN);

        Assert.Equal(1, run.Model.Value);
    }

    [Fact]
    public void TrainEnd_WithoutRestoring_KeepsTheLastWeights()
    {
        var run = new ScriptedRun(new EarlyStopping(patience: 10));

        run.Fit("val_loss", 3, 1, 2);

        Assert.Equal(3, run.Model.Value);
    }

    [Fact]
    public void Fit_Second_StartsAnew()
    {
        var stopping = new EarlyStopping(patience: 1, restoreBestWeights: true);
        var run = new ScriptedRun(stopping);
        run.Fit("val_loss", 1, 2);

        int ran = run.Fit("val_loss", 5, 4, 3);

        Assert.Equal(3, ran);
        Assert.Null(stopping.StoppedEpoch);
        Assert.Equal(3, run.Model.Value);
    }

    [Fact]
    public void Fit_FigureMissing_IsAnErrorThatListsTheOthers()
    {
        var run = new ScriptedRun(new EarlyStopping()) { ValidationSteps = 0 };

        var error = Assert.Throws<ArgumentException>(() => run.Fit([new Dictionary<string, double> { ["loss"] = 1, ["accuracy"] = 0.5 }]));

        Assert.Equal(
            "EarlyStopping: monitor must be one of accuracy, loss, but was 'val_loss'. Give Fit validation data, or monitor a value of training.",
            error.Message);
    }

    [Theory]
    [InlineData("val_acc", "accuracy, loss, val_accuracy, val_loss", "'val_acc'. Did you mean 'val_accuracy'?")]
    [InlineData("acuracy", "accuracy, loss, val_accuracy, val_loss", "'acuracy'. Did you mean 'accuracy'?")]
    [InlineData("Val_Loss", "accuracy, loss, val_accuracy, val_loss", "'Val_Loss'. Did you mean 'val_loss'?")]
    [InlineData("f1", "accuracy, loss, val_accuracy, val_loss", "'f1'.")]
    public void Fit_MisspeltMonitor_IsAnErrorBeforeTheFirstStep(string monitor, string keys, string end)
    {
        int steps = 0;
        var run = new ScriptedRun(new EarlyStopping(monitor)) { AfterStep = _ => steps++ };

        var error = Assert.Throws<ArgumentException>(() => run.Fit("val_loss", 1));

        Assert.Equal($"EarlyStopping: monitor must be one of {keys}, but was {end}", error.Message);
        Assert.Equal(0, steps);
    }

    [Fact]
    public void Fit_FigureThatACallbackLogs_IsFound()
    {
        var logging = new LambdaCallback(onEpochEnd: (_, _, logs) => logs["f1"] = 1);
        var run = new ScriptedRun(logging, new EarlyStopping("f1", mode: MonitorMode.Max, patience: 1));

        Assert.Equal(2, run.Fit("loss", 3, 2, 1));
    }

    [Fact]
    public void Fit_EpochsWithoutValidation_DoNotCount()
    {
        var none = new Dictionary<string, double> { ["loss"] = 1 };
        var run = new ScriptedRun(new EarlyStopping(patience: 1));

        int ran = run.Fit([none, Validated(2), none, Validated(1), none, Validated(3), Validated(0)]);

        Assert.Equal(6, ran);

        static Dictionary<string, double> Validated(double loss) => new() { ["loss"] = 1, ["val_loss"] = loss };
    }

    [Fact]
    public void Fit_DirectionUnknown_IsAnErrorBeforeTheFirstEpoch()
    {
        // A callback of the user's may log it.
        var run = new ScriptedRun(new EarlyStopping("learning_rate"), new LambdaCallback());

        var error = Assert.Throws<ArgumentException>(() => run.Fit("learning_rate", 1));

        Assert.Equal(
            "EarlyStopping: mode must be Min or Max for a monitor that is neither loss nor a metric of Compile, but was Auto for 'learning_rate'. Metrics: accuracy.",
            error.Message);
    }

    [Fact]
    public void Verbose_StoppedAndRestored_SaysBoth()
    {
        using var output = new StringWriter { NewLine = "\n" };

        new ScriptedRun(new EarlyStopping(verbose: 1, restoreBestWeights: true, output: output)).Fit("val_loss", 1, 2, 3);

        Assert.Equal("Epoch 2: early stopping\nRestoring model weights from the end of the best epoch: 1.\n", output.ToString());
    }

    [Fact]
    public void State_TakenAfterAnyEpoch_ContinuesIdentically()
    {
        double[] script = [5, 4, 4.5, double.NaN, 3, 3.5, 3.5, 3.5, 1];
        for (int done = 1; done < 7; done++)
        {
            var whole = new EarlyStopping(patience: 3, restoreBestWeights: true);
            var run = new ScriptedRun(whole);
            int stopped = run.Fit("val_loss", script);

            var resumed = new EarlyStopping(patience: 3, restoreBestWeights: true);
            var rest = Resume.After(done, () => new EarlyStopping(patience: 3, restoreBestWeights: true), resumed, "val_loss", script);

            Assert.Equal(8, stopped);
            Assert.Equal(stopped, done + rest.Epochs);
            Assert.Equal((whole.Best, whole.BestEpoch, whole.StoppedEpoch), (resumed.Best, resumed.BestEpoch, resumed.StoppedEpoch));
            Assert.Equal(run.Model.Value, rest.Run.Model.Value);
        }
    }

    [Theory]
    [InlineData(-1, 0, 0, "EarlyStopping: minDelta must be at least 0, but was -1.")]
    [InlineData(0, -1, 0, "EarlyStopping: patience must be at least 0, but was -1.")]
    [InlineData(0, 0, -1, "EarlyStopping: startFromEpoch must be at least 0, but was -1.")]
    public void Constructor_NegativeNumber_Throws(double minDelta, int patience, int start, string message)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(minDelta: minDelta, patience: patience, startFromEpoch: start));

        Assert.StartsWith(message, error.Message);
    }
}
