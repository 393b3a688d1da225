using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Regularizers;

/// <summary>Converts regularizers to and from Keras' format.</summary>
internal static class RegularizerFactory
{
    // Keras' name of L1L2 is l1l2, which no rule converts to the class name.
    private static readonly Dictionary<string, Func<KerasConfig, Regularizer>> ByClassName = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(L1)] = config => new L1(config.Number("l1", 0.01)),
        [nameof(L2)] = config => new L2(config.Number("l2", 0.01)),
        [nameof(L1L2)] = config => new L1L2(config.Number("l1", 0), config.Number("l2", 0)),
    };

    /// <summary>Creates a regularizer from its envelope or its name; null from null.</summary>
    /// <exception cref="InvalidDataException">The regularizer or one of its settings is not supported.</exception>
    [return: NotNullIfNotNull(nameof(node))]
    public static Regularizer? FromEnvelope(JsonNode? node, CustomObjects? customs = null)
    {
        if (node is null)
            return null;
        KerasConfig config = KerasConfig.Open(node, "A regularizer", customs);
        if (config.Custom<Regularizer>() is { } custom)
            return custom;
        if (!ByClassName.TryGetValue(KerasObject.ToClassName(config.ClassName), out Func<KerasConfig, Regularizer>? create))
            throw config.Unknown("regularizer", ByClassName.Keys);
        Regularizer regularizer = create(config);
        config.RequireAllRead();
        return regularizer;
    }

    /// <summary>Returns the envelope of a regularizer in Keras' files; null for none.</summary>
    public static JsonObject? ToKeras(this Regularizer? regularizer) => regularizer is null ? null : KerasObject.Wrap(
        "keras.regularizers", regularizer.GetType().Name, regularizer.GetConfig(), registered: regularizer.GetType().Assembly != typeof(Regularizer).Assembly);
}
