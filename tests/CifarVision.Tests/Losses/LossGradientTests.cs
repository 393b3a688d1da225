using CifarVision.Losses;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Losses;

/// <summary>The gradient of every public loss, found by reflection, against finite differences in float64.</summary>
public class LossGradientTests
{
    private static readonly Dictionary<string, Loss[]> Variants = new()
    {
        [nameof(BinaryCrossentropy)] = [new BinaryCrossentropy(), new BinaryCrossentropy(fromLogits: true), new BinaryCrossentropy(labelSmoothing: 0.2)],
        [nameof(BinaryFocalCrossentropy)] =
        [
            new BinaryFocalCrossentropy(), new BinaryFocalCrossentropy(gamma: 1.5, fromLogits: true), new BinaryFocalCrossentropy(labelSmoothing: 0.2),
            new BinaryFocalCrossentropy(applyClassBalancing: true, alpha: 0.7, gamma: 3),
        ],
        [nameof(CategoricalCrossentropy)] =
            [new CategoricalCrossentropy(), new CategoricalCrossentropy(fromLogits: true), new CategoricalCrossentropy(labelSmoothing: 0.2), new CategoricalCrossentropy(true, 0.2)],
        [nameof(CategoricalFocalCrossentropy)] =
        [
            new CategoricalFocalCrossentropy(), new CategoricalFocalCrossentropy(alpha: 2, gamma: 1.5, fromLogits: true), new CategoricalFocalCrossentropy(labelSmoothing: 0.2),
            new CategoricalFocalCrossentropy(alpha: [0.2, 1, 0.5]),
        ],
        [nameof(Huber)] = [new Huber(), new Huber(delta: 0.25)],
        [nameof(KLDivergence)] = [new KLDivergence()],
        [nameof(MeanAbsoluteError)] = [new MeanAbsoluteError()],
        [nameof(MeanSquaredError)] = [new MeanSquaredError()],
        [nameof(SparseCategoricalCrossentropy)] = [new SparseCategoricalCrossentropy(), new SparseCategoricalCrossentropy(fromLogits: true)],
    };

    public static TheoryData<string> Losses =>
        [.. typeof(Loss).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Loss)) && !type.IsAbstract).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Losses))]
    public void Call_PublicLoss_HasTheGradientOfDifferences(string name)
    {
        Assert.True(Variants.TryGetValue(name, out Loss[]? variants), $"There are no variants of {name} to check. Add them to the table.");
        using var scope = torch.NewDisposeScope();
        Tensor yPred = Probabilities();
        Tensor labels = torch.tensor(new long[] { 0, 2, 1, 1 });
        Tensor oneHot = torch.nn.functional.one_hot(labels, 3);
        Tensor weights = torch.tensor(new[] { 2.0, 0.5, 1, 0 });
        foreach (Loss loss in variants)
        {
            Assert.Equal(name, loss.GetType().Name);
            Tensor yTrue = loss.WantsOneHot ? oneHot : labels;
            GradientCheck.Check(x => loss.Call(yTrue, x), yPred, 1e-7);
            GradientCheck.Check(x => loss.Call(yTrue, x, weights), yPred, 1e-7);
        }
    }

    // Between 0.1 and 0.9, away from the clipping and from the kink of an absolute error.
    private static Tensor Probabilities() => TorchMath.Arange(12, ScalarType.Float64, torch.CPU).reshape(4, 3).Multiply(1.7).sin().Multiply(0.4).Add(0.5);
}
