using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Optimizers;

public class AdamWTests
{
    [Fact]
    public void Constructor_ByDefault_DecaysAsKeras() => Assert.Equal(0.004, new AdamW().WeightDecay);

    [Fact]
    public void Apply_WeightDecay_IsNotPartOfTheGradient()
    {
        Weight weight = Weights.Double(1);

        new AdamW(learningRate: 0.1, weightDecay: 0.5, epsilon: 0).Apply([weight], [torch.tensor(new[] { 2.0 })]);

        // 1 - 1 * 0.5 * 0.1 - 0.1
        Assert.Equal(0.85, Weights.Doubles(weight)[0], 1e-14);
    }
}
