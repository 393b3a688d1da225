using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Regularizers;

/// <summary>A penalty on a weight, added to the loss in training and evaluation (Keras: <c>keras.regularizers.Regularizer</c>). Derive from it for one of your own.</summary>
public abstract class Regularizer
{
    /// <summary>Computes the penalty.</summary>
    /// <param name="weight">The values, of any shape.</param>
    /// <returns>A scalar tensor through which gradients flow.</returns>
    public abstract Tensor Call(Tensor weight);

    /// <summary>Returns the settings under Keras' names.</summary>
    public abstract JsonObject GetConfig();

    /// <summary>Returns the regularizer as in the config of a layer: class name and settings (Keras: <c>regularizers.serialize</c>).</summary>
    public JsonObject Serialize() => this.ToKeras()!;

    /// <summary>Creates a regularizer from the result of <see cref="Serialize"/>, or from Keras' name of it; null from null (Keras: <c>regularizers.deserialize</c>).</summary>
    /// <param name="node">The envelope, a name such as <c>"l2"</c>, or null for none.</param>
    /// <param name="customObjects">Classes of your own. Default none.</param>
    /// <exception cref="InvalidDataException">The regularizer or one of its settings is not supported.</exception>
    [return: NotNullIfNotNull(nameof(node))]
    public static Regularizer? Deserialize(JsonNode? node, IEnumerable<CustomObject>? customObjects = null) =>
        RegularizerFactory.FromEnvelope(node, new CustomObjects(customObjects ?? []));

    /// <summary>Returns the factor of a penalty after checking it.</summary>
    private protected static double RequireFactor(double value, string type, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, FormattableString.Invariant($"{type}: {name} must be at least 0, but was {value}."));
}
