using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Models;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Formats;

/// <summary>Configs in <c>channels_first</c> that would compute something else with the channels last.</summary>
public class ChannelsFirstTests
{
    [Fact]
    public void FromJson_FunctionalModel_IsRefused() => AssertRefused(Functional(), "only a Sequential with data_format channels_first can be transposed");

    [Theory]
    [InlineData("softmax")]
    [InlineData("log_softmax")]
    public void FromJson_SoftmaxOverTheWidth_IsRefused(string activation) =>
        AssertRefused(Sequential(config => config["activation"] = activation), "its softmax is over the width, not the channels");

    [Fact]
    public void FromJson_NormalizationOfTheRows_IsRefused() => AssertRefused(Sequential(_ => { }, axis: 2), "its axis 2 is not that of the channels");

    [Fact]
    public void FromJson_NormalizationOfTheChannels_HasThemLast()
    {
        foreach (int axis in (int[])[1, -3])
        {
            using var model = Model.FromJson(Sequential(_ => { }, axis).ToJsonString());
            Assert.Equal("[null,8,9,3]", model.GetConfig()["layers"]![0]!["config"]!["batch_shape"]!.ToJsonString());
            Assert.Equal(-1, (int)model.Layers[1].GetConfig()["axis"]!);
        }
    }

    private static void AssertRefused(JsonNode config, string reason)
    {
        var error = Assert.Throws<InvalidDataException>(() => Model.FromJson(config.ToJsonString()).Dispose());

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private static JsonNode Functional()
    {
        KerasTensor x = Keras.Input((8, 8, 3));
        using var model = new Model(x, new Conv2D(2, 3, padding: Padding.Same).Call(x));
        return JsonNode.Parse(model.ToJson().Replace("channels_last", "channels_first", StringComparison.Ordinal))!;
    }

    // Images of 8 x 9 pixels.
    private static JsonNode Sequential(Action<JsonNode> change, int axis = 1)
    {
        using var model = new Sequential((3, 8, 9), new Conv2D(2, 3, padding: Padding.Same), new BatchNormalization());
        JsonNode json = JsonNode.Parse(model.ToJson().Replace("channels_last", "channels_first", StringComparison.Ordinal))!;
        JsonArray layers = json["config"]!["layers"]!.AsArray();
        change(layers.First(layer => layer!["class_name"]!.ToString() == "Conv2D")!["config"]!);
        layers.First(layer => layer!["class_name"]!.ToString() == "BatchNormalization")!["config"]!["axis"] = axis;
        return json;
    }
}
