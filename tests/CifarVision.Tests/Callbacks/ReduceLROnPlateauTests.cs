using CifarVision.Callbacks;
using CifarVision.Optimizers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Callbacks;

public class ReduceLROnPlateauTests
{
    [Fact]
    public void Fit_PatienceUsedUp_MultipliesTheRate()
    {
        var run = new ScriptedRun(new ReduceLROnPlateau(factor: 0.5, patience: 2)) { Optimizer = new SGD(learningRate: 1) };

        run.Fit("val_loss", 3, 3, 3, 3, 3, 3);

        // The history has the rate that the epoch was trained with.
        Assert.Equal([1, 1, 1, 0.5, 0.5, 0.25], run.History.History["learning_rate"]);
        Assert.Equal(0.25, run.Optimizer.LearningRate);
    }

    [Fact]
    public void Fit_ImprovementWithinMinDelta_IsAPlateau()
    {
        var run = new ScriptedRun(new ReduceLROnPlateau(factor: 0.5, patience: 1, minDelta: 0.25)) { Optimizer = new SGD(learningRate: 1) };

        run.Fit("val_loss", 3, 2.75, 2.5, 2.5);

        Assert.Equal([1, 1, 0.5, 0.5], run.History.History["learning_rate"]);
        Assert.Equal(0.25, run.Optimizer.LearningRate);
    }

    [Fact]
    public void Fit_Cooldown_PatienceDoesNotGrow()
    {
        var run = new ScriptedRun(new ReduceLROnPlateau(factor: 0.5, patience: 2, cooldown: 2)) { Optimizer = new SGD(learningRate: 1) };

        run.Fit("val_loss", 3, 3, 3, 3, 3, 3, 3);

        // Lowered after epoch 2; epoch 3 is cooldown, in epoch 4 the cooldown ends and patience counts 1, in epoch 5 it counts 2.
        Assert.Equal([1, 1, 1, 0.5, 0.5, 0.5, 0.25], run.History.History["learning_rate"]);
    }

    [Fact]
    public void Fit_MinLr_IsTheFloor()
    {
        var run = new ScriptedRun(new ReduceLROnPlateau(factor: 0.5, patience: 1, minLr: 0.375)) { Optimizer = new SGD(learningRate: 1) };

        run.Fit("val_loss", 3, 3, 3, 3, 3);

        Assert.Equal([1, 1, 0.5, 0.375, 0.375], run.History.History["learning_rate"]);
    }

    [Fact]
    public void Fit_AtMinLr_ReducesNoMore()
    {
        using var output = new StringWriter();

        new ScriptedRun(new ReduceLROnPlateau(patience: 1, verbose: 1, minLr: 1, output: output)) { Optimizer = new SGD(learningRate: 1) }.Fit("val_loss", 1, 1, 1);

        Assert.Empty(output.ToString());
    }

    [Fact]
    public void Fit_Accuracy_IsMaximised()
    {
        var run = new ScriptedRun(new ReduceLROnPlateau("val_accuracy", factor: 0.5, patience: 1)) { Optimizer = new SGD(learningRate: 1) };

        run.Fit("val_accuracy", 0.1, 0.2, 0.3, 0.2);

        Assert.Equal(0.5, run.Optimizer.LearningRate);
    }

    [Fact]
    public void Fit_Second_StartsAnew()
    {
        var run = new ScriptedRun(new ReduceLROnPlateau(factor: 0.5, patience: 2)) { Optimizer = new SGD(learningRate: 1) };
        run.Fit("val_loss", 1, 1);

        run.Fit("val_loss", 5, 5);

        Assert.Equal(1, run.Optimizer.LearningRate);
    }

    [Fact]
    public void Fit_FigureMissing_IsAnErrorThatListsTheOthers()
    {
        var run = new ScriptedRun(new ReduceLROnPlateau()) { ValidationSteps = 0 };

        var error = Assert.Throws<ArgumentException>(() => run.Fit("loss", 1));

        Assert.StartsWith("ReduceLROnPlateau: monitor must be one of accuracy, loss, learning_rate, but was 'val_loss'.", error.Message);
    }

    [Fact]
    public void Fit_OptimizerWithSchedule_IsAnErrorBeforeTheFirstEpoch()
    {
        var run = new ScriptedRun(new ReduceLROnPlateau()) { Optimizer = new SGD(new HalvingSchedule()) };

        var error = Assert.Throws<InvalidOperationException>(() => run.Fit("val_loss", 1));

        Assert.Equal("ReduceLROnPlateau: the optimizer's learning rate must be a number, but was a HalvingSchedule. Use the schedule or the callback.", error.Message);
    }

    [Fact]
    public void Verbose_Reduced_SaysSo()
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var culture = new CultureScope("de-DE");

        new ScriptedRun(new ReduceLROnPlateau(factor: 0.5, patience: 1, verbose: 1, output: output)).Fit("val_loss", 1, 1);

        Assert.Equal("Epoch 2: ReduceLROnPlateau reducing learning rate to 0.05.\n", output.ToString());
    }

    [Fact]
    public void State_TakenAfterAnyEpoch_ContinuesIdentically()
    {
        double[] script = [5, 4, 4, 4, 4, 4, 3, 3, 3, 3, 3];
        var whole = new ScriptedRun(Make());
        whole.Fit("val_loss", script);
        IReadOnlyList<double> rates = whole.History.History["learning_rate"];
        Assert.Equal([1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25], rates.Select(rate => rate * 10));
        for (int done = 1; done < script.Length; done++)
        {
            (ScriptedRun rest, _) = Resume.After(done, Make, Make(), "val_loss", script);

            Assert.Equal(rates.Skip(done), rest.History.History["learning_rate"]);
        }

        static ReduceLROnPlateau Make() => new(factor: 0.5, patience: 2, cooldown: 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-0.1)]
    public void Constructor_FactorNotBelowOne_Throws(double factor)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new ReduceLROnPlateau(factor: factor));

        Assert.StartsWith("ReduceLROnPlateau: factor must be at least 0 and less than 1, but was ", error.Message);
    }
}
