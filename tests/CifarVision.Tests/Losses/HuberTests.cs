using CifarVision.Losses;

namespace CifarVision.Tests.Losses;

public class HuberTests
{
    [Fact]
    public void Call_Errors_AreSquaredUpToDelta()
    {
        using var scope = torch.NewDisposeScope();
        Tensor errors = torch.tensor(new[,] { { 0.5, -2, 3 } });

        Assert.Equal((0.125 + 1.5 + 2.5) / 3, new Huber().Call(torch.zeros_like(errors), errors).item<double>(), 1e-15);
        Assert.Equal((0.125 + 2 + 4) / 3, new Huber(delta: 2).Call(torch.zeros_like(errors), errors).item<double>(), 1e-15);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void Create_DeltaOutOfRange_IsRejected(double delta) => Assert.Throws<ArgumentOutOfRangeException>(() => new Huber(delta));
}
