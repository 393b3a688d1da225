using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Optimizers;

/// <summary>What an optimizer is told: the learning rate and the shared settings.</summary>
public class OptimizerSettingsTests
{
    [Fact]
    public void LearningRate_SetBetweenSteps_IsUsedByTheNext()
    {
        Weight weight = Weights.Of(0);
        var sgd = new SGD(learningRate: 1);

        sgd.Apply([weight], [Weights.Gradient(1)]);
        sgd.LearningRate = 0.25;
        sgd.Apply([weight], [Weights.Gradient(1)]);

        Assert.Equal(0.25, sgd.LearningRate);
        Assert.Equal([-1.25f], Weights.Floats(weight));
    }

    [Fact]
    public void LearningRate_SetOverASchedule_Throws()
    {
        var sgd = new SGD(new ExponentialDecay(0.1, 10, 0.5));

        var error = Assert.Throws<InvalidOperationException>(() => sgd.LearningRate = 0.5);

        Assert.Equal("SGD: LearningRate must be left to its ExponentialDecay, but was set to 0.5. Give the constructor a number to be able to set it.", error.Message);
    }

    [Fact]
    public void LearningRate_WithSchedule_SeesStepZeroFirst()
    {
        Weight weight = Weights.Of(0);
        var sgd = new SGD(new PiecewiseConstantDecay([0], [1, 0.5]));

        Assert.Equal(1, sgd.LearningRate);
        sgd.Apply([weight], [Weights.Gradient(1)]);
        Assert.Equal(0.5, sgd.LearningRate);
        sgd.Apply([weight], [Weights.Gradient(1)]);

        Assert.Equal([-1.5f], Weights.Floats(weight));
        Assert.Equal(2, sgd.Iterations);
    }

    [Fact]
    public void Apply_AsTheDocsShow_DecaysKernelsOnly()
    {
        Weight kernel = Weights.Named("kernel", 1);
        Weight bias = Weights.Named("bias", 1);

        #region use
        var optimizer = new SGD(
            learningRate: new OneCycle(maxLearningRate: 0.05, totalSteps: 8 * 352),
            momentum: 0.9,
            nesterov: true,
            weightDecay: 5e-4,
            excludeFromWeightDecay: ["bias", "gamma", "beta"]);
        #endregion
        optimizer.Apply([kernel, bias], [Weights.Gradient(0), Weights.Gradient(0)]);

        Assert.Equal(1 - 5e-4 * 0.05 / 25, Weights.Floats(kernel)[0], 6e-8);
        Assert.NotEqual(1, Weights.Floats(kernel)[0]);
        Assert.Equal([1f], Weights.Floats(bias));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void LearningRate_NegativeOrNotFinite_Throws(double rate)
    {
        var sgd = new SGD();

        Assert.Throws<ArgumentOutOfRangeException>(() => new SGD(learningRate: rate));
        Assert.Throws<ArgumentOutOfRangeException>(() => sgd.LearningRate = rate);
        Assert.Equal(0.01, sgd.LearningRate);
    }

    [Fact]
    public void LearningRate_Negative_IsNamedInAnyCulture()
    {
        using var culture = new CultureScope("de-DE");

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(learningRate: -0.5));

        Assert.StartsWith("Adam: learningRate must be at least 0, but was -0.5.", error.Message);
    }

    [Fact]
    public void Constructor_SharedNumbersOutOfRange_NamesThem()
    {
        Assert.Equal("weightDecay", Assert.Throws<ArgumentOutOfRangeException>(() => new SGD(weightDecay: -0.1)).ParamName);
        Assert.Equal("emaMomentum", Assert.Throws<ArgumentOutOfRangeException>(() => new SGD(useEma: true, emaMomentum: 1.5)).ParamName);
        Assert.Equal("emaOverwriteFrequency", Assert.Throws<ArgumentOutOfRangeException>(() => new SGD(useEma: true, emaOverwriteFrequency: 0)).ParamName);
        Assert.Equal("gradientAccumulationSteps", Assert.Throws<ArgumentOutOfRangeException>(() => new SGD(gradientAccumulationSteps: 1)).ParamName);
    }

    [Fact]
    public void Constructor_NamesThatMeanNothing_Throws()
    {
        Assert.Equal("excludeFromWeightDecay", Assert.Throws<ArgumentException>(() => new SGD(excludeFromWeightDecay: [""])).ParamName);
        Assert.Equal("name", Assert.Throws<ArgumentException>(() => new SGD(name: "a/b")).ParamName);
    }

    [Fact]
    public void Name_ByDefault_IsKerasSnakeCase()
    {
        Assert.Equal("sgd", new SGD().Name);
        Assert.Equal("adam_w", new AdamW().Name);
        Assert.Equal("rm_sprop", new RMSprop().Name);
        Assert.Equal("mine", new Nadam(name: "mine").Name);
    }
}
