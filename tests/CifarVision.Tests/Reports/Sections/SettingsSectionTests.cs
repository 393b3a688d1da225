using System.Text.Json.Nodes;
using CifarVision.Reports.Sections;

namespace CifarVision.Tests.Reports.Sections;

public class SettingsSectionTests
{
    [Theory]
    [InlineData("null", "none")]
    [InlineData("\"accuracy\"", "accuracy")]
    [InlineData("[\"accuracy\", \"top_k\"]", "accuracy, top_k")]
    [InlineData("""{"class_name": "SGD", "config": {"name": "SGD", "learning_rate": 0.01, "momentum": 0, "nesterov": false, "clipnorm": null, "use_ema": false, "ema_momentum": 0.99}}""", "SGD (learning_rate 0.01, momentum 0)")]
    [InlineData("""{"class_name": "SGD", "config": {"learning_rate": {"class_name": "CosineDecay", "config": {"decay_steps": 100}}}}""", "SGD (learning_rate CosineDecay (decay_steps 100))")]
    [InlineData("""{"a": "mse", "b": null}""", "a: mse, b: none")]
    public void Words_KerasJson_AreReadable(string json, string expected) => Assert.Equal(expected, SettingsSection.Words(JsonNode.Parse(json)));
}
