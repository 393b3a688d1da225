using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class GlobalMaxPooling2DTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Contract_Holds(bool keepDims) => LayerContract.Check(() => new GlobalMaxPooling2D(keepDims), (3, 2, 4));

    [Fact]
    public void Forward_TwoChannels_GivesOneNumberEach()
    {
        NDArray x = np.array(new float[] { 1, -8, 2, -6, 3, -4, 6, -2 }).reshape(1, 2, 2, 2);

        Near.Absolute(np.array(new float[,] { { 6, -2 } }), new GlobalMaxPooling2D().Call(x), 0);
    }

    [Fact]
    public void Build_NoImage_SaysWhatIsExpected()
    {
        var error = Assert.Throws<ArgumentException>(() => new GlobalMaxPooling2D().Build(10));

        Assert.StartsWith("GlobalMaxPooling2D: expected input of rank 4 (batch, height, width, channels), but was (None, 10).", error.Message, StringComparison.Ordinal);
    }
}
