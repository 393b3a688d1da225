using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Optimizers;

public class AdagradTests
{
    [Fact]
    public void Apply_TwoSteps_DividesByTheRootOfTheSumOfSquares()
    {
        Weight weight = Weights.Double(1);
        var adagrad = new Adagrad(learningRate: 0.5, initialAccumulatorValue: 7, epsilon: 0);

        adagrad.Apply([weight], [torch.tensor(new[] { 3.0 })]);
        Assert.Equal(1 - 0.5 * 3 / 4, Weights.Doubles(weight)[0], 1e-14);
        adagrad.Apply([weight], [torch.tensor(new[] { 3.0 })]);

        Assert.Equal(1 - 0.5 * 3 / 4 - 0.5 * 3 / 5, Weights.Doubles(weight)[0], 1e-14);
    }

    [Fact]
    public void Constructor_NumbersOutOfRange_NamesThem()
    {
        Assert.Equal("initialAccumulatorValue", Assert.Throws<ArgumentOutOfRangeException>(() => new Adagrad(initialAccumulatorValue: -1)).ParamName);
        Assert.Equal("epsilon", Assert.Throws<ArgumentOutOfRangeException>(() => new Adagrad(epsilon: -1)).ParamName);
    }
}
