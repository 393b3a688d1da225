using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class SoftmaxTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(-2)]
    public void Contract_Holds(int axis) => LayerContract.Check(() => new Softmax(axis), (2, 3));

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(2, 3)]
    [InlineData(1, 2)]
    public void Forward_AnyAxis_SumsToOneAlongIt(int axis, int axisFromOne)
    {
        using var scope = torch.NewDisposeScope();
        Tensor y = new Softmax(axis).Forward(LayerContract.Numbers([2, 3, 4], ScalarType.Float32, "x"), training: false);

        Near.Relative(np.ones(new Shape(y.sum(axisFromOne - 1).shape), np.float32), y.sum(axisFromOne - 1), 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(-2)]
    public void Build_NoSuchAxis_IsRejected(int axis) => Assert.Throws<ArgumentException>(() => new Softmax(axis).Build(5));
}
