using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class InputLayerTests
{
    [Fact]
    public void Contract_Holds() => LayerContract.Check(() => new InputLayer((4, 4, 3)), (4, 4, 3));

    [Fact]
    public void GetConfig_Image_IsAsKerasWritesIt() =>
        Assert.Equal("""{"batch_shape":[null,32,32,3],"dtype":"float32","sparse":false,"name":"input_layer"}""", new InputLayer((32, 32, 3)).GetConfig().ToJsonString());

    [Fact]
    public void Build_OtherShape_NamesBoth()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new InputLayer((4, 4, 3)).Build((4, 4, 1)));

        Assert.StartsWith("InputLayer: 'input_layer' was built for (None, 4, 4, 3), but is now given (None, 4, 4, 1).", error.Message, StringComparison.Ordinal);
    }
}
