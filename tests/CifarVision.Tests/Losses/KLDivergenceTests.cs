using CifarVision.Losses;

namespace CifarVision.Tests.Losses;

public class KLDivergenceTests
{
    [Fact]
    public void Call_Distributions_AreComparedAlongTheLastAxis()
    {
        using var scope = torch.NewDisposeScope();
        Tensor yTrue = torch.tensor(new[,] { { 0.5, 0.5 }, { 0.25, 0.75 } });
        Tensor yPred = torch.tensor(new[,] { { 0.25, 0.75 }, { 0.25, 0.75 } });

        Assert.Equal(0.5 * ((0.5 * Math.Log(2)) + (0.5 * Math.Log(2 / 3.0))), new KLDivergence().Call(yTrue, yPred).item<double>(), 1e-15);
    }

    [Fact]
    public void Call_Zeros_AreClipped()
    {
        using var scope = torch.NewDisposeScope();
        Tensor yPred = torch.tensor(new[,] { { 0.0, 1 } }).requires_grad_();

        Tensor loss = new KLDivergence().Call(torch.tensor(new[,] { { 1.0, 0 } }), yPred);
        loss.backward();

        Assert.Equal(Math.Log(1e7) + (1e-7 * Math.Log(1e-7)), loss.item<double>(), 1e-12);
        Assert.Equal(0, yPred.grad![0, 0].item<double>());
    }
}
