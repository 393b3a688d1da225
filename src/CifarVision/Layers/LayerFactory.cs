using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>Makes layers from what stands in a Keras file, and the envelopes to write: one line for each layer.</summary>
internal static class LayerFactory
{
    private const string KerasModule = "keras.layers";

    private static readonly Dictionary<string, Func<KerasConfig, Layer>> ByClassName = new()
    {
        [nameof(Activation)] = Activation.FromConfig,
        [nameof(AveragePooling2D)] = AveragePooling2D.FromConfig,
        [nameof(BatchNormalization)] = BatchNormalization.FromConfig,
        [nameof(Conv2D)] = Conv2D.FromConfig,
        [nameof(Dense)] = Dense.FromConfig,
        [nameof(Dropout)] = Dropout.FromConfig,
        [nameof(Flatten)] = Flatten.FromConfig,
        [nameof(GlobalAveragePooling2D)] = GlobalAveragePooling2D.FromConfig,
        [nameof(GlobalMaxPooling2D)] = GlobalMaxPooling2D.FromConfig,
        [nameof(InputLayer)] = InputLayer.FromConfig,
        [nameof(LeakyReLU)] = LeakyReLU.FromConfig,
        [nameof(LocalResponseNormalization)] = LocalResponseNormalization.FromConfig,
        [nameof(MaxPooling2D)] = MaxPooling2D.FromConfig,
        [nameof(Normalization)] = Normalization.FromConfig,
        [nameof(RandomErasing)] = RandomErasing.FromConfig,
        [nameof(RandomFlip)] = RandomFlip.FromConfig,
        [nameof(RandomRotation)] = RandomRotation.FromConfig,
        [nameof(RandomTranslation)] = RandomTranslation.FromConfig,
        [nameof(ReLU)] = ReLU.FromConfig,
        [nameof(Rescaling)] = Rescaling.FromConfig,
        [nameof(Reshape)] = Reshape.FromConfig,
        [nameof(Softmax)] = Softmax.FromConfig,
        [nameof(SpatialDropout2D)] = SpatialDropout2D.FromConfig,
        [nameof(ZeroPadding2D)] = ZeroPadding2D.FromConfig,
    };

    // What Keras lacks: its files mark such classes as registered.
    private static readonly HashSet<string> NotInKeras = [nameof(LocalResponseNormalization), nameof(Residual)];

    /// <summary>A layer from its envelope.</summary>
    /// <param name="envelope">Module, class name, config and registered name, as Keras 3 writes them.</param>
    /// <param name="others">Classes this table lacks: a nested model, a user's own. They are given the config as it stands.</param>
    /// <exception cref="InvalidDataException">There is no such layer, or no such setting of it.</exception>
    public static Layer FromKeras(JsonObject envelope, IReadOnlyDictionary<string, Func<JsonObject, Layer>>? others = null)
    {
        string className = envelope["class_name"]?.GetValue<string>() ?? throw new InvalidDataException($"A layer must have a class_name, but was {envelope.ToJsonString()}.");
        JsonObject config = envelope["config"] as JsonObject ?? [];
        string? registered = envelope["registered_name"]?.GetValue<string>();
        if (others is not null && (others.TryGetValue(registered ?? className, out Func<JsonObject, Layer>? other) || others.TryGetValue(className, out other)))
            return other(config);
        return FromConfig(className, config, others);
    }

    /// <summary>A layer of this library from its class name and config.</summary>
    /// <exception cref="InvalidDataException">There is no such layer, or no such setting of it.</exception>
    public static Layer FromConfig(string className, JsonObject config, IReadOnlyDictionary<string, Func<JsonObject, Layer>>? others = null)
    {
        string described = $"{className} '{config["name"]}'";
        // The one composite of the table; it may hold what the table lacks.
        Func<KerasConfig, Layer>? create = className == nameof(Residual) ? reader => Residual.FromConfig(reader, others) : ByClassName.GetValueOrDefault(className);
        if (create is null)
            throw new InvalidDataException($"{described}: there is no layer of this class. Those known are {string.Join(", ", ByClassName.Keys.Append(nameof(Residual)))}.");
        var reader = new KerasConfig(described, config);
        Layer layer = create(reader);
        // Only false is set: true would reach the frozen layers of a composite.
        if (!reader.Flag("trainable", true))
            layer.Trainable = false;
        DTypePolicy policy = Policy(reader, layer);
        reader.RequireAllRead();
        if (policy != DTypePolicy.Float32)
            layer.Configure(policy, TorchRuntime.DefaultDevice);
        return layer;
    }

    /// <summary>The envelope in which Keras' files hold a layer. A class that Keras lacks is marked as registered.</summary>
    public static JsonObject ToKeras(this Layer layer)
    {
        string className = layer.GetType().Name;
        JsonObject envelope = KerasObject.Wrap(KerasModule, className, layer.GetConfig(), registered: NotInKeras.Contains(className) || !ByClassName.ContainsKey(className));
        if (layer.IsBuilt && layer is not InputLayer)
            envelope["build_config"] = new JsonObject { ["input_shape"] = layer.InputShape.ToKeras() };
        return envelope;
    }

    private static DTypePolicy Policy(KerasConfig config, Layer layer)
    {
        // Old files hold a name, new ones an envelope with the name inside.
        JsonNode? node = config.Object("dtype");
        string name = (node is JsonObject policy ? policy["config"]?["name"] : node)?.ToString() ?? "float32";
        return name switch
        {
            "float32" => DTypePolicy.Float32,
            "mixed_bfloat16" => DTypePolicy.MixedBFloat16,
            "float64" => DTypePolicy.Float64,
            _ when layer is InputLayer => DTypePolicy.Float32,
            _ => throw new InvalidDataException($"{config.ClassName}: dtype must be float32, mixed_bfloat16 or float64, but was {name}."),
        };
    }
}
