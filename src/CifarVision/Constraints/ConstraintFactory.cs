using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Constraints;

/// <summary>Converts constraints to and from Keras' format.</summary>
internal static class ConstraintFactory
{
    private static readonly Dictionary<string, Func<KerasConfig, Constraint>> ByClassName = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(MaxNorm)] = config => new MaxNorm(config.Number("max_value", 2), Axis(config)),
        [nameof(MinMaxNorm)] = config => new MinMaxNorm(config.Number("min_value", 0), config.Number("max_value", 1), config.Number("rate", 1), Axis(config)),
        [nameof(NonNeg)] = _ => new NonNeg(),
        [nameof(UnitNorm)] = config => new UnitNorm(Axis(config)),
    };

    /// <summary>Creates a constraint from its envelope or its name; null from null.</summary>
    /// <exception cref="InvalidDataException">The constraint or one of its settings is not supported.</exception>
    [return: NotNullIfNotNull(nameof(node))]
    public static Constraint? FromEnvelope(JsonNode? node, CustomObjects? customs = null)
    {
        if (node is null)
            return null;
        KerasConfig config = KerasConfig.Open(node, "A constraint", customs);
        if (config.Custom<Constraint>() is { } custom)
            return custom;
        if (!ByClassName.TryGetValue(KerasObject.ToClassName(config.ClassName), out Func<KerasConfig, Constraint>? create))
            throw config.Unknown("constraint", ByClassName.Keys);
        Constraint constraint = create(config);
        config.RequireAllRead();
        return constraint;
    }

    /// <summary>Returns the envelope of a constraint in Keras' files; null for none.</summary>
    public static JsonObject? ToKeras(this Constraint? constraint) => constraint is null ? null : KerasObject.Wrap(
        "keras.constraints", constraint.GetType().Name, constraint.GetConfig(), registered: constraint.GetType().Assembly != typeof(Constraint).Assembly);

    private static int[] Axis(KerasConfig config) =>
        config.Object("axis") is JsonArray ? config.Required<int[]>("axis", "a whole number or a list of them") : [config.Whole("axis", 0)];
}
