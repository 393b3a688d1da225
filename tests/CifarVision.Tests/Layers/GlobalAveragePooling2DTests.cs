using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class GlobalAveragePooling2DTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Contract_Holds(bool keepDims) => LayerContract.Check(() => new GlobalAveragePooling2D(keepDims), (3, 2, 4));

    [Fact]
    public void Forward_TwoChannels_GivesOneNumberEach()
    {
        NDArray x = np.array(new float[] { 1, -8, 2, -6, 3, -4, 6, -2 }).reshape(1, 2, 2, 2);

        Near.Absolute(np.array(new float[,] { { 3, -5 } }), new GlobalAveragePooling2D().Call(x), 0);
    }

    [Fact]
    public void Build_NoImage_SaysWhatIsExpected()
    {
        var error = Assert.Throws<ArgumentException>(() => new GlobalAveragePooling2D().Build(10));

        Assert.StartsWith("GlobalAveragePooling2D: expected input of rank 4 (batch, height, width, channels), but was (None, 10).", error.Message, StringComparison.Ordinal);
    }
}
