using CifarVision.Losses;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Losses;

public sealed class BinaryCrossentropyTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Call_Probabilities_AveragesBothLogarithmsOverOutputs()
    {
        Tensor yTrue = torch.tensor(new float[,] { { 0, 1 }, { 0, 0 } });
        Tensor yPred = torch.tensor(new float[,] { { 0.6f, 0.4f }, { 0.4f, 0.6f } });

        double loss = new BinaryCrossentropy().Call(yTrue, yPred).item<float>();

        Assert.Equal((-Math.Log(0.4) - Math.Log(0.4) - Math.Log(0.6) - Math.Log(0.4)) / 4, loss, 1e-6);
    }

    [Fact]
    public void Call_Logits_GivesTheLossOfTheirSigmoid()
    {
        Tensor yTrue = torch.tensor(new float[,] { { 0, 1 }, { 1, 0 } });
        Tensor logits = torch.tensor(new float[,] { { 0.6f, -2 }, { 1.5f, -0.5f } });

        float fromLogits = new BinaryCrossentropy(fromLogits: true, labelSmoothing: 0.1).Call(yTrue, logits).item<float>();

        Assert.Equal(new BinaryCrossentropy(labelSmoothing: 0.1).Call(yTrue, torch.sigmoid(logits)).item<float>(), fromLogits, 1e-6f);
    }

    [Fact]
    public void Call_Smoothing_DrawsTargetsTowardsOneHalf()
    {
        double loss = new BinaryCrossentropy(labelSmoothing: 0.2).Call(torch.tensor(new float[,] { { 1 } }), torch.tensor(new float[,] { { 0.8f } })).item<float>();

        Assert.Equal((-0.9 * Math.Log(0.8)) - (0.1 * Math.Log(0.2)), loss, 1e-6);
    }

    [Fact]
    public void Call_CertainAndWrong_IsClippedAndHasNoGradient()
    {
        Tensor yPred = torch.tensor(new float[,] { { 0 } }).requires_grad_();

        Tensor loss = new BinaryCrossentropy().Call(torch.tensor(new float[,] { { 1 } }), yPred);
        loss.backward();

        Assert.Equal(-Math.Log(1e-7), loss.item<float>(), 1e-5);
        Assert.Equal(0f, yPred.grad!.item<float>());
    }

    // As Keras squeezes a last axis of length 1 at any rank: a mask (N, H, W) for an output (N, H, W, 1), or the reverse.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Call_LastAxisMissingInOne_ComparesPixelByPixel(bool inTruth)
    {
        Tensor mask = torch.tensor(new float[] { 1, 0, 1, 0, 0, 1, 1, 0, 1, 0, 0, 0 }).reshape(2, 3, 2);
        Tensor yPred = torch.linspace(0.1, 0.9, 12).reshape(2, 3, 2);
        float expected = new BinaryCrossentropy().Call(mask, yPred).item<float>();

        float found = inTruth ? new BinaryCrossentropy().Call(mask, yPred.unsqueeze(-1)).item<float>() : new BinaryCrossentropy().Call(mask.unsqueeze(-1), yPred).item<float>();

        Assert.Equal(expected, found, 1e-6f);
        Assert.Throws<ArgumentException>(() => new BinaryCrossentropy().Call(mask.reshape(2, 2, 3), yPred.unsqueeze(-1)));
    }

    [Fact]
    public void Call_VectorOfLabels_StandsForAColumn()
    {
        Tensor labels = torch.tensor(new byte[] { 1, 0, 1 });
        Tensor yPred = torch.tensor(new float[] { 0.9f, 0.2f, 0.6f }).unsqueeze(1);
        var loss = new BinaryCrossentropy();

        Assert.Equal((-Math.Log(0.9) - Math.Log(0.8) - Math.Log(0.6)) / 3, loss.Call(labels, yPred).item<float>(), 1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradient_AgreesWithDifferences(bool fromLogits)
    {
        Tensor yPred = torch.tensor(new[] { 0.5, 0.3, 0.7, 0.2, 0.9, 0.4 }, [2, 3]);
        Tensor yTrue = torch.tensor(new[] { 0, 1.0, 0, 1, 0.25, 0 }, [2, 3]);

        GradientCheck.Check(x => new BinaryCrossentropy(fromLogits, labelSmoothing: 0.1).Call(yTrue, x), yPred, 1e-8);
    }

    [Fact]
    public void OnLogits_OfProbabilities_IsTheSameLossOfLogits()
    {
        Tensor yTrue = torch.tensor(new float[,] { { 0, 1 }, { 1, 0 } });
        Tensor logits = torch.tensor(new float[,] { { 0.6f, -2 }, { 1.5f, -0.5f } });
        var loss = new BinaryCrossentropy(labelSmoothing: 0.1, name: "yes_or_no");

        Loss onLogits = loss.OnLogits()!;

        Assert.Equal("yes_or_no", onLogits.Name);
        Assert.Equal(loss.Call(yTrue, torch.sigmoid(logits)).item<float>(), onLogits.Call(yTrue, logits).item<float>(), 1e-6f);
        Assert.Same(onLogits, onLogits.OnLogits());
    }

    [Fact]
    public void Constructor_SmoothingOverOne_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new BinaryCrossentropy(labelSmoothing: 1.01));

    [Fact]
    public void Call_OtherShape_Throws()
    {
        var error = Assert.Throws<ArgumentException>(() => new BinaryCrossentropy().Call(torch.zeros(4), torch.ones(4, 3)));

        Assert.StartsWith("BinaryCrossentropy: the shape of yTrue must be that of yPred, (4, 3), but was (4,).", error.Message, StringComparison.Ordinal);
    }
}
