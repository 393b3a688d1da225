using System.Text.Json.Nodes;
using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Optimizers;
using CifarVision.Regularizers;
using CifarVision.Tests.Testing;
using Extending;

namespace CifarVision.Tests.Extension;

/// <summary>Settings that are objects, as a user's own class writes them into its config and reads them back.</summary>
public class SerializeTests
{
    [Fact]
    public void Initializer_RoundTrip_GivesTheSame()
    {
        Initializer found = Initializer.Deserialize(Parsed(new RandomNormal(1, 0.25, seed: 3).Serialize()));

        Near.Absolute(new RandomNormal(1, 0.25, seed: 3).Call((4, 5)), found.Call((4, 5)), 0);
        Assert.IsType<HeNormal>(Initializer.Deserialize("he_normal"));
        Assert.IsType<SparseNormal>(Initializer.Deserialize(Parsed(new SparseNormal(3).Serialize()), OwnClasses.All));
    }

    [Fact]
    public void Regularizer_RoundTrip_GivesTheSame()
    {
        var found = Assert.IsType<L1L2>(Regularizer.Deserialize(Parsed(new L1L2(0.25, 0.5).Serialize())));

        Assert.Equal(new L1L2(0.25, 0.5).GetConfig().ToJsonString(), found.GetConfig().ToJsonString());
        Assert.IsType<L2>(Regularizer.Deserialize("l2"));
        Assert.Null(Regularizer.Deserialize(null));
    }

    [Fact]
    public void LearningRate_NumberOrSchedule_GivesTheSame()
    {
        LearningRateSchedule number = 0.1;
        var schedule = new ExponentialDecay(0.1, 10, 0.5, staircase: true);

        Assert.Equal("0.1", number.Serialize().ToJsonString());
        Assert.Equal(0.1, LearningRateSchedule.Deserialize(Parsed(number.Serialize())).Rate(7));
        // As Keras writes 0.1, in float32.
        Assert.Equal(0.1, LearningRateSchedule.Deserialize(JsonNode.Parse("0.10000000149011612")!).Rate(0));
        Assert.Equal(schedule.Rate(25), LearningRateSchedule.Deserialize(Parsed(schedule.Serialize())).Rate(25));
    }

    [Fact]
    public void Layer_RoundTrip_GivesAnEqualOne()
    {
        Layer layer = new SqueezeExcite(channels: 2, ratio: 1);
        Layer found = Layer.Deserialize(Parsed(layer.Serialize()).AsObject(), OwnClasses.All);

        Assert.Equal(layer.GetConfig().ToJsonString(), found.GetConfig().ToJsonString());
        found.Build((4, 4, 2));
        layer.Build((4, 4, 2));
        found.SetWeights(layer.GetWeights());
        NDArray x = np.arange(32).astype(np.float32).reshape(1, 4, 4, 2);
        Near.Absolute(layer.Call(x), found.Call(x), 0);
    }

    [Fact]
    public void Deserialize_Unknown_NamesIt()
    {
        Assert.Contains("Sinus", Assert.Throws<InvalidDataException>(() => Initializer.Deserialize("Sinus")).Message, StringComparison.Ordinal);
        Assert.Contains("Sinus", Assert.Throws<InvalidDataException>(() => Regularizer.Deserialize("Sinus")).Message, StringComparison.Ordinal);
        Assert.Contains("Sinus", Assert.Throws<InvalidDataException>(() => LearningRateSchedule.Deserialize("Sinus")).Message, StringComparison.Ordinal);
        Assert.Contains("Sinus", Assert.Throws<InvalidDataException>(() => Layer.Deserialize(new JsonObject { ["class_name"] = "Sinus" })).Message, StringComparison.Ordinal);
    }

    private static JsonNode Parsed(JsonNode node) => JsonNode.Parse(node.ToJsonString())!;
}
