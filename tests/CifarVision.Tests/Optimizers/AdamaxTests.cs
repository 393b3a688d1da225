using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Optimizers;

public class AdamaxTests
{
    [Fact]
    public void Apply_TwoSteps_DividesByTheLargestGradient()
    {
        Weight weight = Weights.Double(1);
        var adamax = new Adamax(learningRate: 0.5, beta1: 0.5, beta2: 0.25, epsilon: 0);

        adamax.Apply([weight], [torch.tensor(new[] { -4.0 })]);
        // m = -2, u = 4: 0.5 / (1 - 0.5) * -2 / 4
        Assert.Equal(1.5, Weights.Doubles(weight)[0], 1e-14);
        adamax.Apply([weight], [torch.tensor(new[] { 0.5 })]);

        // m = -0.75, u = max(1, 0.5): 0.5 / (1 - 0.25) * -0.75 / 1
        Assert.Equal(2, Weights.Doubles(weight)[0], 1e-14);
    }

    [Fact]
    public void Constructor_NumbersOutOfRange_NamesThem()
    {
        Assert.Equal("beta1", Assert.Throws<ArgumentOutOfRangeException>(() => new Adamax(beta1: 1)).ParamName);
        Assert.Equal("beta2", Assert.Throws<ArgumentOutOfRangeException>(() => new Adamax(beta2: 1)).ParamName);
        Assert.Equal("epsilon", Assert.Throws<ArgumentOutOfRangeException>(() => new Adamax(epsilon: -1)).ParamName);
    }
}
