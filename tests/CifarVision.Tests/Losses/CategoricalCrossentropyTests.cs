using CifarVision.Losses;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Losses;

public sealed class CategoricalCrossentropyTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Call_Probabilities_IsTheMeanOfMinusLogP()
    {
        Tensor yTrue = torch.tensor(new float[,] { { 0, 1, 0 }, { 0, 0, 1 } });
        Tensor yPred = torch.tensor(new float[,] { { 0.05f, 0.95f, 0 }, { 0.1f, 0.8f, 0.1f } });

        double loss = new CategoricalCrossentropy().Call(yTrue, yPred).item<float>();

        Assert.Equal((-Math.Log(0.95) - Math.Log(0.1)) / 2, loss, 1e-6);
    }

    [Fact]
    public void Call_ProbabilitiesThatDoNotSumToOne_AreDividedByTheirSum()
    {
        double loss = new CategoricalCrossentropy().Call(torch.tensor(new float[,] { { 0, 1 } }), torch.tensor(new float[,] { { 6, 2 } })).item<float>();

        Assert.Equal(Math.Log(4), loss, 1e-6);
    }

    [Theory]
    [InlineData(1f, 0f, 1.1920929e-7)]
    [InlineData(0f, 1f, 16.11809565)]
    public void Call_CertainPrediction_IsClipped(float right, float wrong, double expected)
    {
        double loss = new CategoricalCrossentropy().Call(torch.tensor(new float[,] { { 1, 0 } }), torch.tensor(new[,] { { right, wrong } })).item<float>();

        Assert.Equal(expected, loss, 1e-6 * expected);
    }

    [Fact]
    public void Call_Smoothing_SpreadsTheTargetOverTheClasses()
    {
        Tensor yPred = torch.tensor(new float[,] { { 0.8f, 0.2f } });

        double loss = new CategoricalCrossentropy(labelSmoothing: 0.1).Call(torch.tensor(new float[,] { { 1, 0 } }), yPred).item<float>();

        Assert.Equal((-0.95 * Math.Log(0.8)) - (0.05 * Math.Log(0.2)), loss, 1e-6);
    }

    [Fact]
    public void Call_FarLogits_StaysFiniteWithAGradient()
    {
        Tensor logits = torch.tensor(new float[,] { { 1000, 0 } }).requires_grad_();

        Tensor loss = new CategoricalCrossentropy(fromLogits: true).Call(torch.tensor(new float[,] { { 0, 1 } }), logits);
        loss.backward();

        Assert.Equal(1000f, loss.item<float>());
        Near.Absolute(np.array(new float[,] { { 1, -1 } }), ArrayConversion.ToNDArray(logits.grad!), 0);
    }

    [Fact]
    public void Call_ImageOfClasses_AveragesOverPixels()
    {
        Tensor yPred = torch.softmax(TorchMath.Arange(2 * 3 * 3 * 4, ScalarType.Float32, torch.CPU).reshape(2, 3, 3, 4).sin(), -1);
        Tensor yTrue = torch.zeros_like(yPred);
        yTrue.select(-1, 2).FillInPlace(1);

        double loss = new CategoricalCrossentropy().Call(yTrue, yPred).item<float>();

        Assert.Equal(-yPred.select(-1, 2).log().mean().item<float>(), loss, 1e-6);
    }

    [Fact]
    public void Call_OneHotBytes_GivesTheLossOfFloats()
    {
        Tensor yTrue = torch.tensor(new float[,] { { 0, 1 }, { 1, 0 } });
        Tensor yPred = torch.tensor(new float[,] { { 0.3f, 0.7f }, { 0.6f, 0.4f } });
        var loss = new CategoricalCrossentropy();

        Assert.Equal(loss.Call(yTrue, yPred).item<float>(), loss.Call(yTrue.to(ScalarType.Byte), yPred).item<float>());
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 0.2)]
    [InlineData(true, 0)]
    [InlineData(true, 0.2)]
    public void Gradient_AgreesWithDifferences(bool fromLogits, double labelSmoothing)
    {
        Tensor yPred = torch.tensor(new[] { 0.5, 0.3, 0.7, 0.2, 0.9, 0.4 }, [2, 3]);
        Tensor yTrue = torch.tensor(new[] { 0, 1.0, 0, 0.25, 0, 0.75 }, [2, 3]);
        Tensor weight = torch.tensor(new[] { 0.5, 2.0 });

        GradientCheck.Check(x => new CategoricalCrossentropy(fromLogits, labelSmoothing).Call(yTrue, x, weight), yPred, 1e-8);
    }

    [Fact]
    public void OnLogits_OfProbabilities_IsTheSameLossOnLogits()
    {
        var loss = new CategoricalCrossentropy(labelSmoothing: 0.1, name: "mine");

        var twin = Assert.IsType<CategoricalCrossentropy>(loss.OnLogits());

        Assert.Equal((true, 0.1, "mine"), (twin.FromLogits, twin.LabelSmoothing, twin.Name));
        Assert.Same(twin, twin.OnLogits());
        Tensor logits = torch.tensor(new float[,] { { 0.5f, -1, 2 } });
        Tensor yTrue = torch.tensor(new float[,] { { 0, 1, 0 } });
        Assert.Equal(loss.Call(yTrue, torch.softmax(logits, -1)).item<float>(), twin.Call(yTrue, logits).item<float>(), 1e-6f);
    }

    [Theory]
    [InlineData(new long[] { 4, 1 })]
    [InlineData(new long[] { 4 })]
    public void Call_IntegerLabels_NamesBothWaysOut(long[] shape)
    {
        var error = Assert.Throws<ArgumentException>(() => new CategoricalCrossentropy().Call(torch.zeros(shape, ScalarType.Byte), torch.ones(4, 10)));

        Assert.StartsWith($"CategoricalCrossentropy: the shape of yTrue must be that of yPred, (4, 10), but was {(shape.Length == 1 ? "(4,)" : "(4, 1)")}. ", error.Message, StringComparison.Ordinal);
        Assert.Contains("SparseCategoricalCrossentropy", error.Message, StringComparison.Ordinal);
        Assert.Contains("Labels.ToCategorical", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_OtherClassCount_SaysSo()
    {
        var error = Assert.Throws<ArgumentException>(() => new CategoricalCrossentropy().Call(torch.zeros(4, 10), torch.ones(4, 100)));

        Assert.Contains("must be that of yPred, (4, 100), but was (4, 10). The model's last layer must have a unit for each class.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_OneOutputUnit_NamesBinaryCrossentropy()
    {
        var error = Assert.Throws<ArgumentException>(() => new CategoricalCrossentropy().Call(torch.zeros(4, 1), torch.ones(4, 1)));

        Assert.Contains("at least 2 classes, but was (4, 1). For one output unit use BinaryCrossentropy.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void Constructor_SmoothingOutsideZeroToOne_Throws(double labelSmoothing)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new CategoricalCrossentropy(labelSmoothing: labelSmoothing));

        Assert.StartsWith(FormattableString.Invariant($"CategoricalCrossentropy: labelSmoothing must be from 0 to 1, but was {labelSmoothing}."), error.Message, StringComparison.Ordinal);
    }
}
