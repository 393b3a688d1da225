using CifarVision.Callbacks;
using CifarVision.Optimizers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Callbacks;

public class LearningRateSchedulerTests
{
    [Fact]
    public void EpochBegin_EpochAndRate_GiveTheRateOfTheEpoch()
    {
        var seen = new List<(int, double)>();
        var scheduler = new LearningRateScheduler((epoch, rate) =>
        {
            seen.Add((epoch, rate));
            return rate / 2;
        });
        var run = new ScriptedRun(scheduler) { Optimizer = new SGD(learningRate: 1), InitialEpoch = 4 };

        run.Fit("loss", 3, 2, 1);

        Assert.Equal([(4, 1), (5, 0.5), (6, 0.25)], seen);
        Assert.Equal([0.5, 0.25, 0.125], run.History.History["learning_rate"]);
    }

    [Fact]
    public void EpochBegin_InsideAnEpoch_LeavesItsRate()
    {
        var run = new ScriptedRun(new LearningRateScheduler((_, rate) => rate / 2)) { Optimizer = new SGD(learningRate: 1), Steps = 2, FirstStep = 1 };

        run.Fit("loss", 2, 1);

        Assert.Equal([1, 0.5], run.History.History["learning_rate"]);
    }

    [Fact]
    public void EpochEnd_AfterACallbackThatLowersTheRate_LogsTheRateOfTheEpoch()
    {
        var run = new ScriptedRun(new ReduceLROnPlateau("loss", factor: 0.5, patience: 1), new LearningRateScheduler((_, rate) => rate))
        {
            Optimizer = new SGD(learningRate: 1),
        };

        run.Fit("loss", 1, 1, 1);

        Assert.Equal([1, 1, 0.5], run.History.History["learning_rate"]);
    }

    [Fact]
    public void Fit_OptimizerWithSchedule_IsAnError()
    {
        var run = new ScriptedRun(new LearningRateScheduler((_, rate) => rate)) { Optimizer = new SGD(new HalvingSchedule()) };

        var error = Assert.Throws<InvalidOperationException>(() => run.Fit("loss", 1));

        Assert.StartsWith("LearningRateScheduler: the optimizer's learning rate must be a number, but was a HalvingSchedule.", error.Message);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void EpochBegin_ScheduleGivesNoRate_Throws(double rate)
    {
        var run = new ScriptedRun(new LearningRateScheduler((_, _) => rate));

        Assert.Throws<ArgumentOutOfRangeException>(() => run.Fit("loss", 1));
    }

    [Fact]
    public void Verbose_EachEpoch_SaysTheRate()
    {
        using var output = new StringWriter { NewLine = "\n" };

        new ScriptedRun(new LearningRateScheduler((_, _) => 1, verbose: 1, output)).Fit("loss", 1, 1);

        Assert.Equal(
            "Epoch 1: LearningRateScheduler setting learning rate to 1.0.\nEpoch 2: LearningRateScheduler setting learning rate to 1.0.\n",
            output.ToString());
    }
}
