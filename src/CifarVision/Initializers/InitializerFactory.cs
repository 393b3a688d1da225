using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Initializers;

/// <summary>Converts initializers to and from Keras' format.</summary>
internal static class InitializerFactory
{
    private static readonly Dictionary<string, Func<KerasConfig, Initializer>> ByClassName = new()
    {
        [nameof(Zeros)] = _ => new Zeros(),
        [nameof(Ones)] = _ => new Ones(),
        [nameof(Constant)] = config => new Constant(config.Number("value", 0)),
        [nameof(RandomNormal)] = config => new RandomNormal(config.Number("mean", 0), config.Number("stddev", 0.05), config.Seed()),
        [nameof(RandomUniform)] = config => new RandomUniform(config.Number("minval", -0.05), config.Number("maxval", 0.05), config.Seed()),
        [nameof(TruncatedNormal)] = config => new TruncatedNormal(config.Number("mean", 0), config.Number("stddev", 0.05), config.Seed()),
        [nameof(VarianceScaling)] = config => VarianceScaling.FromConfig(WithoutAxes(config)),
        [nameof(GlorotNormal)] = config => new GlorotNormal(WithoutAxes(config).Seed()),
        [nameof(GlorotUniform)] = config => new GlorotUniform(WithoutAxes(config).Seed()),
        [nameof(HeNormal)] = config => new HeNormal(WithoutAxes(config).Seed()),
        [nameof(HeUniform)] = config => new HeUniform(WithoutAxes(config).Seed()),
        [nameof(LecunNormal)] = config => new LecunNormal(WithoutAxes(config).Seed()),
        [nameof(LecunUniform)] = config => new LecunUniform(WithoutAxes(config).Seed()),
        [nameof(Orthogonal)] = config => new Orthogonal(config.Number("gain", 1), config.Seed()),
    };

    /// <summary>Creates an initializer from its envelope, or from its name alone as Keras also writes it: <c>glorot_uniform</c>.</summary>
    /// <exception cref="InvalidDataException">The initializer or one of its settings is not supported.</exception>
    public static Initializer FromEnvelope(JsonNode node, CustomObjects? customs = null)
    {
        KerasConfig config = KerasConfig.Open(node, "An initializer", customs);
        if (config.Custom<Initializer>() is { } custom)
            return custom;
        if (!ByClassName.TryGetValue(ClassName(config.ClassName), out Func<KerasConfig, Initializer>? create))
            throw config.Unknown("initializer", ByClassName.Keys.Order(StringComparer.Ordinal));
        Initializer initializer = create(config);
        config.RequireAllRead();
        return initializer;
    }

    /// <summary>Returns the envelope of an initializer in Keras' files.</summary>
    public static JsonObject ToKeras(this Initializer initializer) => KerasObject.Wrap(
        "keras.initializers", initializer.GetType().Name, initializer.GetConfig(), registered: initializer.GetType().Assembly != typeof(Initializer).Assembly);

    // Keras 3.15 writes both, null unless the user has set them.
    private static KerasConfig WithoutAxes(KerasConfig config) => config.OnlyNull("input_axes", "output_axes");

    private static string ClassName(string name) => name switch
    {
        "zero" => nameof(Zeros),
        "one" => nameof(Ones),
        "normal" => nameof(RandomNormal),
        "uniform" => nameof(RandomUniform),
        "OrthogonalInitializer" => nameof(Orthogonal),
        _ => KerasObject.ToClassName(name),
    };
}
