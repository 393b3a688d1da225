using CifarVision.Runtime;
using Xunit.Sdk;

namespace CifarVision.Tests.Testing;

public class GradientCheckTests
{
    [Fact]
    public void Check_SmoothFunction_AgreesAndLeavesThePointUnchanged()
    {
        using var scope = torch.NewDisposeScope();
        Tensor at = torch.tensor(new float[] { 0.5f, -1.25f, 2f, 3f }, [2, 2]);

        GradientCheck.Check(x => (x.Power(3) * torch.sin(x)).sum(), at, 1e-7);

        Near.Absolute(np.array(new float[,] { { 0.5f, -1.25f }, { 2f, 3f } }), ArrayConversion.ToNDArray(at), 0);
    }

    [Fact]
    public void Check_GradientCutOff_Fails()
    {
        using var scope = torch.NewDisposeScope();
        Tensor at = torch.tensor(new[] { 0.5, 1.5 });

        Assert.Throws<FailException>(() => GradientCheck.Check(x => (x * x.detach()).sum(), at, 1e-7));
    }
}
