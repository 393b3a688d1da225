using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Optimizers;

public class AdadeltaTests
{
    [Fact]
    public void Apply_TwoSteps_MovesAsFarAsTheLastMovements()
    {
        Weight weight = Weights.Double(1);
        var adadelta = new Adadelta(learningRate: 1, rho: 0.5, epsilon: 1);

        adadelta.Apply([weight], [torch.tensor(new[] { 4.0 })]);
        // a = 8, b = 0: d = sqrt(1) / sqrt(9) * 4
        double first = 4.0 / 3;
        Assert.Equal(1 - first, Weights.Doubles(weight)[0], 1e-14);
        adadelta.Apply([weight], [torch.tensor(new[] { 4.0 })]);

        // a = 12, b = first^2 / 2
        double second = Math.Sqrt(first * first / 2 + 1) / Math.Sqrt(13) * 4;
        Assert.Equal(1 - first - second, Weights.Doubles(weight)[0], 1e-14);
    }

    [Fact]
    public void Constructor_NumbersOutOfRange_NamesThem()
    {
        Assert.Equal("rho", Assert.Throws<ArgumentOutOfRangeException>(() => new Adadelta(rho: 1.5)).ParamName);
        Assert.Equal("epsilon", Assert.Throws<ArgumentOutOfRangeException>(() => new Adadelta(epsilon: -1)).ParamName);
    }
}
