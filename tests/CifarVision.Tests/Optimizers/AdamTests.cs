using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Optimizers;

public class AdamTests
{
    [Fact]
    public void Apply_FirstStep_MovesByTheRate()
    {
        Weight weight = Weights.Double(1, 1);

        new Adam(learningRate: 0.1, epsilon: 0).Apply([weight], [torch.tensor(new[] { 2.0, -0.001 })]);

        // m / sqrt(v) after bias correction is the sign of the gradient.
        Assert.Equal(0.9, Weights.Doubles(weight)[0], 1e-14);
        Assert.Equal(1.1, Weights.Doubles(weight)[1], 1e-14);
    }

    [Fact]
    public void Apply_LargeEpsilon_StandsOutsideTheUncorrectedRoot()
    {
        Weight weight = Weights.Double(1);

        new Adam(learningRate: 0.1, beta1: 0.5, beta2: 0.75, epsilon: 1).Apply([weight], [torch.tensor(new[] { 2.0 })]);

        // m = 1, v = 1; rate * sqrt(1 - 0.75) / (1 - 0.5) * 1 / (sqrt(1) + 1)
        Assert.Equal(0.95, Weights.Doubles(weight)[0], 1e-14);
    }

    [Fact]
    public void Apply_AmsGrad_DividesByTheLargestSoFar()
    {
        Weight plain = Weights.Double(0);
        Weight ams = Weights.Double(0);
        var withoutIt = new Adam(learningRate: 1, beta1: 0, beta2: 0, epsilon: 0);
        var withIt = new Adam(learningRate: 1, beta1: 0, beta2: 0, epsilon: 0, amsgrad: true);

        foreach (double gradient in new[] { 4.0, 1.0 })
        {
            withoutIt.Apply([plain], [torch.tensor(new[] { gradient })]);
            withIt.Apply([ams], [torch.tensor(new[] { gradient })]);
        }

        Assert.Equal(-2, Weights.Doubles(plain)[0], 1e-14);
        Assert.Equal(-1.25, Weights.Doubles(ams)[0], 1e-14);
    }

    [Fact]
    public void Apply_WhileGradientsAccumulate_CountsUpdatesNotSteps()
    {
        Weight weight = Weights.Double(1);
        var adam = new Adam(learningRate: 0.1, epsilon: 0, gradientAccumulationSteps: 2);

        for (int step = 0; step < 4; step++)
            adam.Apply([weight], [torch.tensor(new[] { 2.0 })]);

        // Two updates by the rate; with the powers of steps 2 and 4 they would be smaller.
        Assert.Equal(0.8, Weights.Doubles(weight)[0], 1e-14);
    }

    [Fact]
    public void Constructor_NumbersOutOfRange_NamesThem()
    {
        Assert.Equal("beta1", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta1: 1)).ParamName);
        Assert.Equal("beta2", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta2: 1)).ParamName);
        Assert.Equal("beta1", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta1: -0.1)).ParamName);
        Assert.Equal("epsilon", Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(epsilon: -1e-7)).ParamName);
    }
}
