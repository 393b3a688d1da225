using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Models;

public sealed partial class Sequential
{
    /// <summary>Creates a model from the result of <see cref="Model.GetConfig"/>, not compiled and with new initial weights.</summary>
    /// <param name="config">The settings under Keras' names.</param>
    /// <param name="customObjects">Classes of your own that the config names. Default none.</param>
    /// <exception cref="InvalidDataException">The config contains a layer or setting that is not supported.</exception>
    public static new Sequential FromConfig(JsonObject config, IEnumerable<CustomObject>? customObjects = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        return (Sequential)ModelConfig.ReadConfig(nameof(Sequential), config, new CustomObjects(customObjects ?? []));
    }

    /// <inheritdoc cref="Model.Load(string, IEnumerable{CustomObject}?, bool)"/>
    /// <exception cref="InvalidDataException">The file is damaged, or contains a model that is not a Sequential.</exception>
    public static new Sequential Load(string path, IEnumerable<CustomObject>? customObjects = null, bool compile = true) =>
        RequireSequential(Model.Load(path, customObjects, compile), path, nameof(Load));

    /// <inheritdoc cref="Model.FromJson(string, IEnumerable{CustomObject}?)"/>
    /// <exception cref="InvalidDataException">The JSON describes a model that is not a Sequential.</exception>
    public static new Sequential FromJson(string json, IEnumerable<CustomObject>? customObjects = null) =>
        RequireSequential(Model.FromJson(json, customObjects), "the JSON", nameof(FromJson));

    private static Sequential RequireSequential(Model model, string source, string verb)
    {
        if (model is Sequential sequential)
            return sequential;
        model.Dispose();
        throw new InvalidDataException($"Sequential: {source} must hold a Sequential, but holds a functional model. Use Model.{verb}.");
    }
}
