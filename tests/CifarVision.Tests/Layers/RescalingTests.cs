using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class RescalingTests
{
    [Fact]
    public void Contract_Holds() => LayerContract.Check(() => new Rescaling(0.5, -1), (2, 2, 3));

    [Fact]
    public void Call_Bytes_GivesFloats()
    {
        NDArray y = new Rescaling(1 / 127.5, -1).Call(np.array(new byte[,] { { 0, 255 } }));

        Near.Absolute(np.array(new float[,] { { -1, 1 } }), y, 1e-6);
    }

    [Fact]
    public void Create_NotANumber_IsRejected() => Assert.Throws<ArgumentOutOfRangeException>(() => new Rescaling(double.NaN));

    [Fact]
    public void Contract_NumbersForEachChannel_Holds() => LayerContract.Check(() => new Rescaling([0.5, -1, 2], [0.25, 0, 1]), (2, 2, 3));

    [Fact]
    public void Contract_OneOffsetForAllChannels_Holds() => LayerContract.Check(() => new Rescaling([0.5, -1], [0.25]), (3, 2));

    [Fact]
    public void Create_OtherNumberOfOffsets_IsRejected() => Assert.Contains("but had 3 and 2.", Assert.Throws<ArgumentException>(() => new Rescaling([1, 2, 3], [1, 2])).Message, StringComparison.Ordinal);

    [Fact]
    public void Create_InfiniteOffset_IsRejected() => Assert.Equal("offset", Assert.Throws<ArgumentOutOfRangeException>(() => new Rescaling([1, 2], [0, double.PositiveInfinity])).ParamName);

    [Fact]
    public void Build_OtherChannels_IsRejected() => Assert.Equal(
        "Rescaling: 'rescaling' must be given 3 channels, one for each scale, but was (None, 2, 2, 4). (Parameter 'inputShape')", Assert.Throws<ArgumentException>(() => new Rescaling([1, 2, 3]).Build((2, 2, 4))).Message);
}
