using CifarVision.Optimizers;

namespace CifarVision.Tests.Optimizers;

/// <summary>What Keras' schedules do at their corners; their curves are compared with Keras in the golden tests.</summary>
public class LearningRateScheduleTests
{
    [Fact]
    public void Rate_PiecewiseAtABoundary_IsTheLeftValue()
    {
        var schedule = new PiecewiseConstantDecay([2, 5], [1, 0.5, 0.25]);

        Assert.Equal([1, 1, 1, 0.5, 0.5, 0.5, 0.25], Enumerable.Range(0, 7).Select(step => schedule.Rate(step)));
    }

    [Fact]
    public void Rate_ExponentialStaircase_ChangesAllAtOnce()
    {
        var schedule = new ExponentialDecay(1, 2, 0.5, staircase: true);

        Assert.Equal([1, 1, 0.5, 0.5, 0.25], Enumerable.Range(0, 5).Select(step => schedule.Rate(step)));
    }

    [Fact]
    public void Rate_InverseTimeStaircase_ChangesAllAtOnce()
    {
        var schedule = new InverseTimeDecay(1, 2, 1, staircase: true);

        Assert.Equal([1, 1, 0.5, 0.5], Enumerable.Range(0, 4).Select(step => schedule.Rate(step)));
    }

    [Fact]
    public void Rate_PolynomialAfterItsEnd_StaysOrStartsAnew()
    {
        Assert.Equal(0.25, new PolynomialDecay(1, 4, 0.25).Rate(100));
        // The second cycle is twice as long: 5 of 8.
        Assert.Equal(0.25 + 0.75 * 3 / 8, new PolynomialDecay(1, 4, 0.25, cycle: true).Rate(5), 1e-15);
    }

    [Fact]
    public void Rate_CosineWithWarmup_RisesThenFallsToAlpha()
    {
        var schedule = new CosineDecay(0.1, 4, alpha: 0.5, warmupTarget: 0.5, warmupSteps: 2);

        double[] rates = [.. Enumerable.Range(0, 10).Select(step => schedule.Rate(step))];

        Assert.Equal(0.1, rates[0], 1e-15);
        Assert.Equal(0.3, rates[1], 1e-15);
        Assert.Equal(0.5, rates[2], 1e-15);
        Assert.Equal(0.375, rates[4], 1e-15);
        Assert.Equal([0.25, 0.25, 0.25, 0.25], rates[6..]);
    }

    [Fact]
    public void Rate_FractionsOfSteps_CountAsTheyAre()
    {
        // As from 100 samples / 64 a batch.
        const double steps = 1.5625;

        Assert.Equal(Math.Pow(0.5, 3 / steps), new ExponentialDecay(1, steps, 0.5).Rate(3), 1e-15);
        Assert.Equal(1 / (1 + 3 / steps), new InverseTimeDecay(1, steps, 1).Rate(3), 1e-15);
        Assert.Equal(1 - 1 / steps, new PolynomialDecay(1, steps, 0).Rate(1), 1e-15);
        Assert.Equal(0.5 * (1 + Math.Cos(Math.PI / steps)), new CosineDecay(1, steps).Rate(1), 1e-15);
        Assert.Equal(0.5 * (1 + Math.Cos(Math.PI * (2 - steps) / steps)), new CosineDecayRestarts(1, steps, tMul: 1).Rate(2), 1e-15);
        Assert.Equal(2 / 2.5, new CosineDecay(0, 10, warmupTarget: 1, warmupSteps: 2.5).Rate(2), 1e-15);
    }

    [Fact]
    public void Rate_WarmupStepsWithoutTarget_HasNoWarmup() => Assert.Equal(new CosineDecay(1, 10).Rate(3), new CosineDecay(1, 10, warmupSteps: 5).Rate(3));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    public void Rate_CosineRestarts_BeginsEachFallExactly(int tMul)
    {
        var schedule = new CosineDecayRestarts(1, 3, tMul, mMul: 0.5);

        long start = 0;
        long length = 3;
        for (int restart = 0; restart < 8; restart++)
        {
            Assert.Equal(Math.Pow(0.5, restart), schedule.Rate(start), 1e-15);
            Assert.True(schedule.Rate(start + length - 1) <= 0.25 * Math.Pow(0.5, restart) + 1e-15);
            start += length;
            length *= tMul;
        }
    }

    [Theory]
    [InlineData(Annealing.Cosine)]
    [InlineData(Annealing.Linear)]
    public void Rate_OneCycle_RisesToTheTopAndFallsToTheEnd(Annealing annealing)
    {
        var schedule = new OneCycle(1, 100, warmupFraction: 0.25, initialDivFactor: 10, finalDivFactor: 100, annealing);

        double[] rates = [.. Enumerable.Range(0, 120).Select(step => schedule.Rate(step))];

        Assert.Equal(0.1, rates[0], 1e-15);
        Assert.Equal(1, rates[25], 1e-15);
        Assert.Equal(0.001, rates[100], 1e-15);
        Assert.Equal(0.001, rates[119], 1e-15);
        for (int step = 1; step <= 100; step++)
            Assert.True(step <= 25 ? rates[step] > rates[step - 1] : rates[step] < rates[step - 1], $"step {step}");
    }

    [Fact]
    public void Rate_OneCycleHalfwayUp_FollowsItsCurve()
    {
        Assert.Equal(0.55, new OneCycle(1, 100, 0.5, 10, annealing: Annealing.Linear).Rate(25), 1e-15);
        Assert.Equal(0.1 + 0.9 * 0.5 * (1 - Math.Cos(Math.PI / 4)), new OneCycle(1, 80, 0.5, 10).Rate(10), 1e-15);
    }

    [Fact]
    public void Rate_OneCycleWithoutWarmup_BeginsAtTheTop() => Assert.Equal(1, new OneCycle(1, 10, warmupFraction: 0).Rate(0));

    [Fact]
    public void Constructor_NumbersOutOfRange_NamesThem()
    {
        AssertNames("decaySteps", () => new ExponentialDecay(0.1, 0, 0.5));
        AssertNames("decayRate", () => new ExponentialDecay(0.1, 1, -0.5));
        AssertNames("initialLearningRate", () => new InverseTimeDecay(-0.1, 1, 0.5));
        AssertNames("decaySteps", () => new InverseTimeDecay(0.1, -1, 0.5));
        AssertNames("values", () => new PiecewiseConstantDecay([1], [0.1, -0.1]));
        AssertNames("power", () => new PolynomialDecay(0.1, 10, power: 0));
        AssertNames("endLearningRate", () => new PolynomialDecay(0.1, 10, -1));
        AssertNames("alpha", () => new CosineDecay(0.1, 10, alpha: 1.5));
        AssertNames("warmupTarget", () => new CosineDecay(0.1, 10, warmupTarget: -1));
        AssertNames("warmupSteps", () => new CosineDecay(0.1, 10, warmupTarget: 1, warmupSteps: -1));
        AssertNames("firstDecaySteps", () => new CosineDecayRestarts(0.1, 0));
        AssertNames("tMul", () => new CosineDecayRestarts(0.1, 10, tMul: 0.5));
        AssertNames("mMul", () => new CosineDecayRestarts(0.1, 10, mMul: double.NaN));
        AssertNames("maxLearningRate", () => new OneCycle(-1, 10));
        AssertNames("totalSteps", () => new OneCycle(1, 0));
        AssertNames("warmupFraction", () => new OneCycle(1, 10, warmupFraction: 1));
        AssertNames("initialDivFactor", () => new OneCycle(1, 10, initialDivFactor: 0));
        AssertNames("finalDivFactor", () => new OneCycle(1, 10, finalDivFactor: -1));
    }

    [Fact]
    public void Constructor_SettingsThatDoNotFit_SaysWhy()
    {
        Assert.StartsWith(
            "PiecewiseConstantDecay: values must be one more than the 2 boundaries, but was 2.",
            Assert.Throws<ArgumentException>(() => new PiecewiseConstantDecay([1, 2], [0.1, 0.2])).Message);
        Assert.StartsWith(
            "PiecewiseConstantDecay: boundaries must rise, but was 2, 2.",
            Assert.Throws<ArgumentException>(() => new PiecewiseConstantDecay([2, 2], [0.1, 0.2, 0.3])).Message);
    }

    private static void AssertNames(string argument, Func<object> create) =>
        Assert.Equal(argument, Assert.Throws<ArgumentOutOfRangeException>(create).ParamName);
}
