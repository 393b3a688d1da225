using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Optimizers;

public class NadamTests
{
    [Fact]
    public void Apply_TwoSteps_FollowsTheMomentumSchedule()
    {
        Weight weight = Weights.Double(1);
        var nadam = new Nadam(learningRate: 0.1, beta1: 0.5, beta2: 0.75, epsilon: 0);
        double[] u = [.. Enumerable.Range(0, 4).Select(t => 0.5 * (1 - 0.5 * Math.Pow(0.96, t)))];

        nadam.Apply([weight], [torch.tensor(new[] { 2.0 })]);
        // m = 1, v = 1, v / (1 - 0.75) = 4
        double first = 0.1 * (u[2] * 1 / (1 - u[1] * u[2]) + (1 - u[1]) * 2 / (1 - u[1])) / 2;
        Assert.Equal(1 - first, Weights.Doubles(weight)[0], 1e-14);
        nadam.Apply([weight], [torch.tensor(new[] { -2.0 })]);

        // m = -0.5, v = 1.75, v / (1 - 0.75^2) = 4
        double second = 0.1 * (u[3] * -0.5 / (1 - u[1] * u[2] * u[3]) + (1 - u[2]) * -2 / (1 - u[1] * u[2])) / 2;
        Assert.Equal(1 - first - second, Weights.Doubles(weight)[0], 1e-14);
    }

    [Fact]
    public void Constructor_NumbersOutOfRange_NamesThem()
    {
        Assert.Equal("beta1", Assert.Throws<ArgumentOutOfRangeException>(() => new Nadam(beta1: 1)).ParamName);
        Assert.Equal("beta2", Assert.Throws<ArgumentOutOfRangeException>(() => new Nadam(beta2: -1)).ParamName);
        Assert.Equal("epsilon", Assert.Throws<ArgumentOutOfRangeException>(() => new Nadam(epsilon: -1)).ParamName);
    }
}
