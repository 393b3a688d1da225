using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Regularizers;

/// <summary>A penalty on a weight, added to the loss in training and evaluation. Derive from it for one of your own.</summary>
public abstract class Regularizer
{
    /// <summary>The penalty.</summary>
    /// <param name="weight">The weight's values, any shape.</param>
    /// <returns>A scalar tensor through which gradients flow.</returns>
    public abstract Tensor Call(Tensor weight);

    /// <summary>The settings under Keras' names.</summary>
    public abstract JsonObject GetConfig();

    /// <summary>The regularizer as it stands in the config of a layer: class name and settings (Keras: <c>regularizers.serialize</c>).</summary>
    public JsonObject Serialize() => this.ToKeras()!;

    /// <summary>A regularizer from what <see cref="Serialize"/> gave, or from Keras' name for it; null from null (Keras: <c>regularizers.deserialize</c>).</summary>
    /// <param name="node">The envelope, a name as <c>"l2"</c>, or null for none.</param>
    /// <param name="customObjects">Classes of your own. Default none.</param>
    /// <exception cref="InvalidDataException">The regularizer or one of its settings is not supported.</exception>
    [return: NotNullIfNotNull(nameof(node))]
    public static Regularizer? Deserialize(JsonNode? node, IEnumerable<CustomObject>? customObjects = null) =>
        RegularizerFactory.FromConfig(node, new CustomObjects(customObjects ?? []));

    /// <summary>The factor of a penalty, checked.</summary>
    private protected static double RequireFactor(double value, string type, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, FormattableString.Invariant($"{type}: {name} must be 0 or more, but was {value}."));
}
