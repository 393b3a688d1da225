using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Optimizers;

public class SGDTests
{
    [Fact]
    public void Apply_Plain_SubtractsRateTimesGradient()
    {
        Weight weight = Weights.Of(1, -2);

        new SGD(learningRate: 0.5).Apply([weight], [torch.tensor(new float[] { 4, 8 })]);

        Assert.Equal([-1f, -6f], Weights.Floats(weight));
    }

    [Fact]
    public void Apply_MomentumWithChangedRate_KeepsTheOldMovement()
    {
        Weight weight = Weights.Of(1);
        var sgd = new SGD(learningRate: 0.5, momentum: 0.5);
        Tensor gradient = torch.tensor(new float[] { 1 });

        sgd.Apply([weight], [gradient]);
        sgd.LearningRate = 0.25;
        sgd.Apply([weight], [gradient]);

        // v1 = -0.5, w = 0.5; v2 = -0.25 - 0.25, w = 0. Torch's rule would scale the old movement too and give 0.125.
        Assert.Equal([0f], Weights.Floats(weight));
    }

    [Fact]
    public void Apply_Nesterov_AddsMomentumTimesNewMovement()
    {
        Weight weight = Weights.Of(1);

        new SGD(learningRate: 0.5, momentum: 0.5, nesterov: true).Apply([weight], [torch.tensor(new float[] { 1 })]);

        // v = -0.5; w = 1 + 0.5 * -0.5 - 0.5
        Assert.Equal([0.25f], Weights.Floats(weight));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Constructor_MomentumOutsideZeroToOne_Throws(double momentum)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new SGD(momentum: momentum));

        Assert.Equal("momentum", error.ParamName);
        Assert.StartsWith("SGD: momentum must be from 0 to 1, but was ", error.Message);
    }
}
