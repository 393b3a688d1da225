using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Constraints;

/// <summary>What a weight is brought back to after each step of training, as a limit on its norm. Derive from it for one of your own.</summary>
public abstract class Constraint
{
    /// <summary>Returns the values that a weight gets in the place of those it has.</summary>
    /// <param name="weight">The weight's values in Keras' layout, any shape. Left unchanged.</param>
    public abstract Tensor Call(Tensor weight);

    /// <summary>The settings under Keras' names.</summary>
    public abstract JsonObject GetConfig();

    /// <summary>The constraint as it stands in the config of a layer: class name and settings (Keras: <c>constraints.serialize</c>).</summary>
    public JsonObject Serialize() => this.ToKeras()!;

    /// <summary>A constraint from what <see cref="Serialize"/> gave, or from Keras' name for it; null from null (Keras: <c>constraints.deserialize</c>).</summary>
    /// <param name="node">The envelope, a name as <c>"max_norm"</c>, or null for none.</param>
    /// <param name="customObjects">Classes of your own. Default none.</param>
    /// <exception cref="InvalidDataException">The constraint or one of its settings is not supported.</exception>
    [return: NotNullIfNotNull(nameof(node))]
    public static Constraint? Deserialize(JsonNode? node, IEnumerable<CustomObject>? customObjects = null) =>
        ConstraintFactory.FromConfig(node, new CustomObjects(customObjects ?? []));
}
