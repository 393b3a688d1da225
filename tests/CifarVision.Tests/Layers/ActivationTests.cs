using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class ActivationTests
{
    public static TheoryData<ActivationFunction> Functions => [.. Enum.GetValues<ActivationFunction>()];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Contract_Holds(ActivationFunction function) => LayerContract.Check(() => new Activation(function), 5);

    [Fact]
    public void Forward_Softmax_IsFloat32UnderMixedBFloat16()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new Activation(ActivationFunction.Softmax);
        layer.Configure(CifarVision.Runtime.DTypePolicy.MixedBFloat16, torch.CPU);

        Tensor y = layer.Forward(torch.zeros(2, 8), training: false);

        Assert.Equal(ScalarType.Float32, y.dtype);
        Near.Relative(np.full(new Shape(2, 8), 0.125f), y, 0);
    }
}
