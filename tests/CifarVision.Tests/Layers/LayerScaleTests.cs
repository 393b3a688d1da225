using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class LayerScaleTests
{
    // As keras.applications.ConvNeXtTiny has it.
    private const string OfKeras =
        """
        {"module":"keras.src.applications.convnext","class_name":"LayerScale","config":{"name":"scale","trainable":true,"dtype":"float32","init_values":1E-06,"projection_dim":4},
        "registered_name":"LayerScale","build_config":{"input_shape":[null,2,2,4]}}
        """;

    [Fact]
    public void Contract_Holds() => LayerContract.Check(() => new LayerScale(0.5, 4), (2, 3, 4), ["variable"]);

    [Fact]
    public void Forward_New_MultipliesByTheInitialValue() =>
        Near.Absolute(np.array(new float[] { 0.5f, 1 }).reshape(1, 2), new LayerScale(0.25, 2).Call(np.array(new float[] { 2, 4 }).reshape(1, 2)), 0);

    [Fact]
    public void ToKeras_Built_IsWhatKerasWrites()
    {
        Layer layer = LayerFactory.FromEnvelope(JsonNode.Parse(OfKeras)!.AsObject());
        layer.Build((2, 2, 4));

        Assert.Equal(OfKeras.ReplaceLineEndings("").Trim(), layer.ToKeras().ToJsonString());
    }

    [Fact]
    public void Create_ImpossibleSettings_AreRejected()
    {
        Assert.Equal("initValues", Assert.Throws<ArgumentOutOfRangeException>(() => new LayerScale(double.NaN, 3)).ParamName);
        Assert.Equal("projectionDim", Assert.Throws<ArgumentOutOfRangeException>(() => new LayerScale(1, 0)).ParamName);
    }

    [Fact]
    public void Build_OtherChannels_IsRejected() =>
        Assert.Contains("must be given 4 channels, its projectionDim, but was (None, 2, 3).", Assert.Throws<ArgumentException>(() => new LayerScale(1, 4).Build((2, 3))).Message, StringComparison.Ordinal);
}
