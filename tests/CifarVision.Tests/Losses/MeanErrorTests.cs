using CifarVision.Losses;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Losses;

/// <summary>MeanSquaredError and MeanAbsoluteError.</summary>
public sealed class MeanErrorTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public static TheoryData<Loss> Both => [new MeanSquaredError(), new MeanAbsoluteError()];

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Call_Errors_AveragesSquaresOrAbsoluteValues()
    {
        Tensor yTrue = torch.tensor(new float[,] { { 0, 1 }, { 2, 3 } });
        Tensor yPred = torch.tensor(new float[,] { { 1, 1 }, { 0, 6 } });

        Assert.Equal((1 + 0 + 4 + 9) / 4f, new MeanSquaredError().Call(yTrue, yPred).item<float>());
        Assert.Equal((1 + 0 + 2 + 3) / 4f, new MeanAbsoluteError().Call(yTrue, yPred).item<float>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Call_VectorAgainstColumn_IsNotBroadcast(Loss loss)
    {
        Tensor yTrue = torch.tensor(new float[] { 1, 2, 3 });

        Assert.Equal(0f, loss.Call(yTrue, yTrue.unsqueeze(1)).item<float>());
        Assert.Equal(0f, loss.Call(yTrue.unsqueeze(1), yTrue).item<float>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Call_Images_AveragesOverAllOutputs(Loss loss)
    {
        Assert.Equal(1f, loss.Call(torch.zeros(2, 4, 4, 3), torch.ones(2, 4, 4, 3)).item<float>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Gradient_AgreesWithDifferences(Loss loss)
    {
        Tensor yPred = torch.tensor(new[] { 0.5, 0.3, -0.7, 0.2, 0.9, 0.4 }, [2, 3]);
        Tensor yTrue = torch.tensor(new[] { 0, 1.0, 0, 1, 0.25, 0 }, [2, 3]);

        GradientCheck.Check(x => loss.Call(yTrue, x, torch.tensor(new[] { 3, 0.5 })), yPred, 1e-8);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Call_IntegerLabels_NamesToCategorical(Loss loss)
    {
        var error = Assert.Throws<ArgumentException>(() => loss.Call(torch.zeros(4, 1), torch.ones(4, 3)));

        Assert.StartsWith($"{loss.GetType().Name}: the shape of yTrue must be that of yPred, (4, 3), but was (4, 1).", error.Message, StringComparison.Ordinal);
        Assert.Contains("Labels.ToCategorical", error.Message, StringComparison.Ordinal);
    }
}
