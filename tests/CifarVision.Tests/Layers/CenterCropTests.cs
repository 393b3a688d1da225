using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class CenterCropTests
{
    [Theory]
    [InlineData(2, 3)]
    [InlineData(4, 3)]
    public void Contract_Holds(int height, int width) => LayerContract.Check(() => new CenterCrop(height, width), (3, 5, 2));

    [Theory]
    [InlineData(1, 2, new float[] { 6, 7 })]
    [InlineData(2, 1, new float[] { 2, 6 })]
    [InlineData(3, 3, new float[] { 1, 2, 3, 5, 6, 7, 9, 10, 11 })]
    [InlineData(3, 4, new float[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 })]
    public void Call_LargeImage_KeepsTheMiddle(int height, int width, float[] expected)
    {
        NDArray x = np.arange(1, 13).astype(np.float32).reshape(1, 3, 4, 1);

        Near.Absolute(np.array(expected).reshape(1, height, width, 1), new CenterCrop(height, width).Call(x, training: true), 0);
        Near.Absolute(np.array(expected).reshape(1, height, width, 1), new CenterCrop(height, width).Call(x), 0);
    }

    [Theory]
    [InlineData(4, 3)]
    [InlineData(3, 8)]
    [InlineData(6, 12)]
    public void Call_SmallImage_IsResizedByItsAspectRatio(int height, int width)
    {
        NDArray x = np.array(NaiveImages.Different(2, 3, 7, 2));

        Near.Absolute(new Resizing(height, width, cropToAspectRatio: true).Call(x), new CenterCrop(height, width).Call(x), 0);
    }

    [Fact]
    public void GetConfig_Settings_StandUnderKerasNames() => Assert.Equal(
        """{"name":"center_crop","trainable":true,"dtype":"float32","data_format":"channels_last","height":4,"width":6}""",
        new CenterCrop(4, 6).GetConfig().ToJsonString());

    [Fact]
    public void Create_NoSize_IsRejected()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new CenterCrop(4, 0));
        Assert.StartsWith("CenterCrop: width must be at least 1, but was 0.", error.Message, StringComparison.Ordinal);
    }
}
