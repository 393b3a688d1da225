using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class FlattenTests
{
    [Fact]
    public void Contract_Holds() => LayerContract.Check(() => new Flatten(), (2, 3, 2));

    [Fact]
    public void Forward_ImageFromConvolution_IsRowMajorOverHeightWidthChannels()
    {
        NDArray x = np.arange(24).astype(np.float32).reshape(1, 2, 3, 4);
        NDArray pooled = new MaxPooling2D(1).Call(x);

        Near.Absolute(np.arange(24).astype(np.float32).reshape(1, 24), new Flatten().Call(pooled), 0);
    }

    [Fact]
    public void ComputeOutputShape_Scalar_IsOneFeature() => Assert.Equal(1, new Flatten().ComputeOutputShape(new CifarVision.Runtime.TensorShape()));
}
