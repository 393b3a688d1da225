using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class GroupNormalizationTests
{
    [Fact]
    public void Contract_Images_Holds() => LayerContract.Check(() => new GroupNormalization(2), (2, 3, 4), ["gamma", "beta"]);

    [Fact]
    public void Contract_EachChannel_Holds() => LayerContract.Check(() => new GroupNormalization(-1, epsilon: 0.1, center: false), (3, 2, 3), ["gamma"]);

    [Fact]
    public void Contract_Features_Holds() => LayerContract.Check(() => new GroupNormalization(1, scale: false), 6, ["beta"]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(-1)]
    public void Forward_MeanFarFromZero_LosesNoDigits(int groups) => MomentsFarFromZero.Check(() => new GroupNormalization(groups), (7, 6, 4));

    [Fact]
    public void Forward_TwoGroups_NormalizesEachByItself()
    {
        NDArray x = np.array(new float[] { 1, 3, 10, 30 }).reshape(1, 4);

        NDArray y = new GroupNormalization(2, epsilon: 0).Call(x);

        Near.Absolute(np.array(new float[] { -1, 1, -1, 1 }).reshape(1, 4), y, 1e-6);
    }

    [Fact]
    public void GetConfig_GroupForEachChannel_IsTheirNumberOnceBuilt()
    {
        var layer = new GroupNormalization(-1);
        Assert.Equal(-1, layer.GetConfig()["groups"]!.GetValue<long>());

        layer.Build((2, 2, 5));

        Assert.Equal(5, layer.GetConfig()["groups"]!.GetValue<long>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    public void Create_GroupsOutOfRange_AreRejected(int groups) => Assert.Equal("groups", Assert.Throws<ArgumentOutOfRangeException>(() => new GroupNormalization(groups)).ParamName);

    [Theory]
    [InlineData(4)]
    [InlineData(12)]
    public void Build_GroupsThatDoNotDivideTheChannels_AreRejected(int groups) => Assert.Equal(
        $"GroupNormalization: groups of 'group_normalization' must divide the number of channels, but was {groups} for (None, 2, 2, 6). (Parameter 'inputShape')",
        Assert.Throws<ArgumentException>(() => new GroupNormalization(groups).Build((2, 2, 6))).Message);

    [Theory]
    [InlineData(3, true)]
    [InlineData(1, false)]
    public void FromConfig_Axis_MayBeCountedFromTheFront(int axis, bool isLast)
    {
        Layer layer = LayerFactory.FromConfig("GroupNormalization", new JsonObject { ["name"] = "g", ["groups"] = 1, ["axis"] = axis });

        if (isLast)
            layer.Build((4, 4, 3));
        else
            Assert.Equal("GroupNormalization: axis of 'g' must be the last, but was 1 for (None, 4, 4, 3). (Parameter 'inputShape')", Assert.Throws<ArgumentException>(() => layer.Build((4, 4, 3))).Message);
    }
}
