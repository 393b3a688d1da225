using CifarVision.Losses;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Losses;

public sealed class SparseCategoricalCrossentropyTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Int64)]
    public void Call_Labels_IsTheMeanOfMinusLogP(ScalarType type)
    {
        Tensor yPred = torch.tensor(new float[,] { { 0.05f, 0.95f, 0 }, { 0.1f, 0.8f, 0.1f } });
        Tensor labels = torch.tensor(new[] { 1, 2 }).to(type);
        double expected = (-Math.Log(0.95) - Math.Log(0.1)) / 2;

        Assert.Equal(expected, new SparseCategoricalCrossentropy().Call(labels, yPred).item<float>(), 1e-6);
        Assert.Equal(expected, new SparseCategoricalCrossentropy().Call(labels.unsqueeze(1), yPred).item<float>(), 1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Call_Labels_GivesWhatOneHotRowsGive(bool fromLogits)
    {
        Tensor yPred = TorchMath.Arange(24, ScalarType.Float32, torch.CPU).reshape(4, 6).cos().exp();
        Tensor labels = torch.tensor(new long[] { 5, 0, 3, 3 });
        Tensor oneHot = torch.nn.functional.one_hot(labels, 6);
        Tensor weight = torch.tensor(new float[] { 1, 0, 2, 0.5f });

        float sparse = new SparseCategoricalCrossentropy(fromLogits).Call(labels, yPred, weight).item<float>();

        Assert.Equal(new CategoricalCrossentropy(fromLogits).Call(oneHot, yPred, weight).item<float>(), sparse, 1e-6f);
    }

    [Fact]
    public void Call_ImageOfLabels_AveragesOverPixels()
    {
        Tensor yPred = torch.softmax(TorchMath.Arange(2 * 2 * 3 * 4, ScalarType.Float32, torch.CPU).reshape(2, 2, 3, 4).sin(), -1);
        Tensor labels = TorchMath.FullLike(torch.zeros([2, 2, 3], ScalarType.Int32), 2);

        double loss = new SparseCategoricalCrossentropy().Call(labels, yPred).item<float>();

        Assert.Equal(-yPred.select(-1, 2).log().mean().item<float>(), loss, 1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradient_AgreesWithDifferences(bool fromLogits)
    {
        Tensor yPred = torch.tensor(new[] { 0.5, 0.3, 0.7, 0.2, 0.9, 0.4 }, [2, 3]);

        GradientCheck.Check(x => new SparseCategoricalCrossentropy(fromLogits).Call(torch.tensor(new[] { 2, 0 }), x), yPred, 1e-8);
    }

    [Fact]
    public void OnLogits_OfProbabilities_IsTheSameLossOnLogits()
    {
        var twin = Assert.IsType<SparseCategoricalCrossentropy>(new SparseCategoricalCrossentropy(name: "mine").OnLogits());

        Assert.Equal((true, "mine"), (twin.FromLogits, twin.Name));
        Assert.Same(twin, twin.OnLogits());
        Assert.False(twin.WantsOneHot);
    }

    [Fact]
    public void Call_OneHotRows_NamesCategoricalCrossentropy()
    {
        var error = Assert.Throws<ArgumentException>(() => new SparseCategoricalCrossentropy().Call(torch.zeros(4, 10, ScalarType.Int64), torch.ones(4, 10)));

        Assert.StartsWith(
            "SparseCategoricalCrossentropy: yTrue must be integer labels of shape (4,), but was (4, 10). For one-hot rows use CategoricalCrossentropy.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_FloatLabels_Throws()
    {
        var error = Assert.Throws<ArgumentException>(() => new SparseCategoricalCrossentropy().Call(torch.zeros(4, 1), torch.ones(4, 10)));

        Assert.StartsWith("SparseCategoricalCrossentropy: yTrue must be labels of an integer type, but was Float32. Convert them to int64.", error.Message, StringComparison.Ordinal);
    }
}
