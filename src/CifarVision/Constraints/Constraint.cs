using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Constraints;

/// <summary>A constraint on a weight, applied after each update of the optimizer (Keras: <c>keras.constraints.Constraint</c>). Derive from it for one of your own.</summary>
public abstract class Constraint
{
    /// <summary>Computes the constrained values of a weight.</summary>
    /// <param name="weight">The values in Keras' layout, of any shape; not changed.</param>
    public abstract Tensor Call(Tensor weight);

    /// <summary>Returns the settings under Keras' names.</summary>
    public abstract JsonObject GetConfig();

    /// <summary>Returns the constraint as in the config of a layer: class name and settings (Keras: <c>constraints.serialize</c>).</summary>
    public JsonObject Serialize() => this.ToKeras()!;

    /// <summary>Creates a constraint from the result of <see cref="Serialize"/>, or from Keras' name of it; null from null (Keras: <c>constraints.deserialize</c>).</summary>
    /// <param name="node">The envelope, a name such as <c>"max_norm"</c>, or null for none.</param>
    /// <param name="customObjects">Classes of your own. Default none.</param>
    /// <exception cref="InvalidDataException">The constraint or one of its settings is not supported.</exception>
    [return: NotNullIfNotNull(nameof(node))]
    public static Constraint? Deserialize(JsonNode? node, IEnumerable<CustomObject>? customObjects = null) =>
        ConstraintFactory.FromEnvelope(node, new CustomObjects(customObjects ?? []));
}
