using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Models;
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
    public void Predict_IntegerDTypeInTheFile_DropsFractionsAsInKeras()
    {
        using var written = new Sequential(3, new Rescaling(2));
        JsonNode envelope = JsonNode.Parse(written.ToJson())!;
        envelope["config"]!["layers"]![0]!["config"]!["dtype"] = "int32";

        using Model model = Model.FromJson(envelope.ToJsonString());

        Assert.Equal([2f, -4f, 0f], model.Predict(np.array(new[,] { { 1.75f, -2.5f, 0.25f } })).ToArray<float>());
        Assert.Equal("int32", JsonNode.Parse(model.ToJson())!["config"]!["layers"]![0]!["config"]!["dtype"]!.GetValue<string>());
    }

    [Fact]
    public void Build_OtherShape_NamesBoth()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new InputLayer((4, 4, 3)).Build((4, 4, 1)));

        Assert.StartsWith("InputLayer: 'input_layer' was built for (None, 4, 4, 3), but is now given (None, 4, 4, 1).", error.Message, StringComparison.Ordinal);
    }
}
