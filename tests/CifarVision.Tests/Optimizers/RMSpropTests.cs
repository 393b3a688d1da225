using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Optimizers;

public class RMSpropTests
{
    [Fact]
    public void Apply_FirstStep_DividesByTheRootOfTheMeanSquare()
    {
        Weight weight = Weights.Double(1);

        new RMSprop(learningRate: 0.5, rho: 0.75, epsilon: 0).Apply([weight], [torch.tensor(new[] { 4.0 })]);

        // v = 0.25 * 16; 1 - 0.5 * 4 / 2
        Assert.Equal(0, Weights.Doubles(weight)[0], 1e-14);
    }

    [Fact]
    public void Apply_LargeEpsilon_StandsBelowTheRoot()
    {
        Weight weight = Weights.Double(1);

        new RMSprop(learningRate: 0.5, rho: 0.75, epsilon: 12).Apply([weight], [torch.tensor(new[] { 4.0 })]);

        Assert.Equal(0.5, Weights.Doubles(weight)[0], 1e-14);
    }

    [Fact]
    public void Apply_Centered_DividesByTheRootOfTheVariance()
    {
        Weight weight = Weights.Double(1);

        new RMSprop(learningRate: 0.5, rho: 0.5, epsilon: 0, centered: true).Apply([weight], [torch.tensor(new[] { 4.0 })]);

        // v = 8, mean 2, variance 4
        Assert.Equal(0, Weights.Doubles(weight)[0], 1e-14);
    }

    [Fact]
    public void Apply_MomentumWithChangedRate_KeepsTheOldMovement()
    {
        Weight weight = Weights.Double(0);
        var rmsprop = new RMSprop(learningRate: 1, rho: 0, momentum: 0.5, epsilon: 0);

        rmsprop.Apply([weight], [torch.tensor(new[] { 4.0 })]);
        rmsprop.LearningRate = 0;
        rmsprop.Apply([weight], [torch.tensor(new[] { 4.0 })]);

        Assert.Equal(-1.5, Weights.Doubles(weight)[0], 1e-14);
    }

    [Fact]
    public void Constructor_NumbersOutOfRange_NamesThem()
    {
        Assert.Equal("rho", Assert.Throws<ArgumentOutOfRangeException>(() => new RMSprop(rho: 1.1)).ParamName);
        Assert.Equal("rho", Assert.Throws<ArgumentOutOfRangeException>(() => new RMSprop(rho: -0.1)).ParamName);
        Assert.Equal("momentum", Assert.Throws<ArgumentOutOfRangeException>(() => new RMSprop(momentum: 1.1)).ParamName);
        Assert.Equal("epsilon", Assert.Throws<ArgumentOutOfRangeException>(() => new RMSprop(epsilon: double.NaN)).ParamName);
    }
}
