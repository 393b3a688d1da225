using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Converts layers to and from Keras' format. Every layer has one entry.</summary>
internal static class LayerFactory
{
    private static readonly Dictionary<string, Func<KerasConfig, Layer>> OfKeras = new()
    {
        [nameof(Activation)] = Activation.FromConfig,
        [nameof(Add)] = Add.FromConfig,
        [nameof(Average)] = Average.FromConfig,
        [nameof(AveragePooling2D)] = AveragePooling2D.FromConfig,
        [nameof(BatchNormalization)] = BatchNormalization.FromConfig,
        [nameof(CenterCrop)] = CenterCrop.FromConfig,
        [nameof(Concatenate)] = Concatenate.FromConfig,
        [nameof(Conv2D)] = Conv2D.FromConfig,
        [nameof(Conv2DTranspose)] = Conv2DTranspose.FromConfig,
        [nameof(Cropping2D)] = Cropping2D.FromConfig,
        [nameof(Dense)] = Dense.FromConfig,
        [nameof(DepthwiseConv2D)] = DepthwiseConv2D.FromConfig,
        [nameof(Dot)] = Dot.FromConfig,
        [nameof(Dropout)] = Dropout.FromConfig,
        [nameof(ELU)] = ELU.FromConfig,
        [nameof(Flatten)] = Flatten.FromConfig,
        [nameof(GaussianDropout)] = GaussianDropout.FromConfig,
        [nameof(GaussianNoise)] = GaussianNoise.FromConfig,
        [nameof(GlobalAveragePooling2D)] = GlobalAveragePooling2D.FromConfig,
        [nameof(GlobalMaxPooling2D)] = GlobalMaxPooling2D.FromConfig,
        [nameof(GroupNormalization)] = GroupNormalization.FromConfig,
        [nameof(Identity)] = Identity.FromConfig,
        [nameof(InputLayer)] = InputLayer.FromConfig,
        [nameof(LayerNormalization)] = LayerNormalization.FromConfig,
        [nameof(LeakyReLU)] = LeakyReLU.FromConfig,
        [nameof(MaxPooling2D)] = MaxPooling2D.FromConfig,
        [nameof(Maximum)] = Maximum.FromConfig,
        [nameof(Minimum)] = Minimum.FromConfig,
        [nameof(Multiply)] = Multiply.FromConfig,
        [nameof(Normalization)] = Normalization.FromConfig,
        [nameof(Permute)] = Permute.FromConfig,
        [nameof(PReLU)] = PReLU.FromConfig,
        [nameof(RandomBrightness)] = RandomBrightness.FromConfig,
        [nameof(RandomContrast)] = RandomContrast.FromConfig,
        [nameof(RandomCrop)] = RandomCrop.FromConfig,
        [nameof(RandomErasing)] = RandomErasing.FromConfig,
        [nameof(RandomFlip)] = RandomFlip.FromConfig,
        [nameof(RandomRotation)] = RandomRotation.FromConfig,
        [nameof(RandomTranslation)] = RandomTranslation.FromConfig,
        [nameof(RandomZoom)] = RandomZoom.FromConfig,
        [nameof(ReLU)] = ReLU.FromConfig,
        [nameof(Rescaling)] = Rescaling.FromConfig,
        [nameof(Reshape)] = Reshape.FromConfig,
        [nameof(Resizing)] = Resizing.FromConfig,
        [nameof(SeparableConv2D)] = SeparableConv2D.FromConfig,
        [nameof(Softmax)] = Softmax.FromConfig,
        [nameof(SpatialDropout2D)] = SpatialDropout2D.FromConfig,
        [nameof(Subtract)] = Subtract.FromConfig,
        [nameof(UpSampling2D)] = UpSampling2D.FromConfig,
        [nameof(ZeroPadding2D)] = ZeroPadding2D.FromConfig,
    };

    // Keras has no public name for these layers, and imports them from the module of keras.applications that defines them.
    private static readonly Dictionary<string, (string Module, Func<KerasConfig, Layer> Create)> OfApplications = new()
    {
        [nameof(CustomScaleLayer)] = ("inception_resnet_v2", CustomScaleLayer.FromConfig),
        [nameof(LayerScale)] = ("convnext", LayerScale.FromConfig),
        [nameof(StochasticDepth)] = ("convnext", StochasticDepth.FromConfig),
    };

    // Layers that Keras lacks are written as registered classes, so that Keras asks for them by name.
    private static readonly Dictionary<string, Func<KerasConfig, Layer>> OfThisLibrary = new()
    {
        [nameof(LocalResponseNormalization)] = LocalResponseNormalization.FromConfig,
    };

    private static int _warnedOfFloat16;

    /// <summary>Creates a layer from its envelope.</summary>
    /// <param name="envelope">Module, class name, config and registered name, as Keras 3 writes them.</param>
    /// <param name="customs">Classes that the table lacks: nested models and the user's own.</param>
    /// <exception cref="InvalidDataException">The layer or one of its settings is not supported.</exception>
    public static Layer FromEnvelope(JsonObject envelope, CustomObjects? customs = null)
    {
        string className = envelope["class_name"]?.GetValue<string>() ?? throw new InvalidDataException($"A layer must have a class_name, but was {envelope.ToJsonString()}.");
        string? registered = envelope["registered_name"]?.GetValue<string>();
        JsonObject config = envelope["config"] as JsonObject ?? [];
        if (customs?.TryCreate<Layer>(registered, className, config) is { } custom)
            return WithCommonSettings(custom, config);

        // A class of the same name from another package is a different class.
        return FromConfig(registered is null || registered == KerasObject.Registered(className) ? className : registered, config, customs);
    }

    /// <summary>Creates a layer of this library from its class name and config.</summary>
    /// <exception cref="InvalidDataException">The layer or one of its settings is not supported.</exception>
    public static Layer FromConfig(string className, JsonObject config, CustomObjects? customs = null)
    {
        string described = $"{className} '{config["name"]}'";
        Func<KerasConfig, Layer>? create = OfKeras.GetValueOrDefault(className) ?? OfApplications.GetValueOrDefault(className).Create ?? OfThisLibrary.GetValueOrDefault(className);
        if (create is null)
        {
            throw new InvalidDataException(
                $"{described}: there is no layer of this class. Those known are {string.Join(", ", OfKeras.Keys.Concat(OfApplications.Keys).Concat(OfThisLibrary.Keys))}. {Advice(className)}");
        }

        var reader = new KerasConfig(described, config, customs);
        Layer layer = Create(create, reader, className, described);
        // Only false is set: true would reach the frozen layers of a composite.
        if (!reader.Flag("trainable", true))
            layer.Trainable = false;
        DTypePolicy policy = Policy(reader, layer);
        reader.RequireAllRead();
        return WithPolicy(layer, policy);
    }

    /// <summary>Returns the envelope of a layer in Keras' files.</summary>
    public static JsonObject Envelope(Layer layer)
    {
        Type type = layer.GetType();
        bool isOurs = type.Assembly == typeof(Layer).Assembly;
        string? application = isOurs ? OfApplications.GetValueOrDefault(type.Name).Module : null;
        bool isKeras = application is not null || (isOurs && OfKeras.ContainsKey(type.Name));
        JsonObject envelope = KerasObject.Wrap(application is null ? "keras.layers" : $"keras.src.applications.{application}", type.Name, layer.GetConfig(), registered: !isKeras);
        if (application is not null)
            envelope["registered_name"] = type.Name;
        if (layer.IsBuilt && layer is not InputLayer)
            envelope["build_config"] = new JsonObject { ["input_shape"] = InputShape(layer) };
        return envelope;
    }

    // What an initializer or a constructor finds wrong is said of the layer.
    private static Layer Create(Func<KerasConfig, Layer> create, KerasConfig reader, string className, string described)
    {
        try
        {
            return create(reader);
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException && !error.Message.StartsWith(described, StringComparison.Ordinal))
        {
            string ofClass = $"{className}: ";
            string what = error.Message.StartsWith(ofClass, StringComparison.Ordinal) ? error.Message[ofClass.Length..] : error.Message;
            throw new InvalidDataException($"{described}: {what}", error);
        }
    }

    private static string Advice(string className) => className is "Lambda" or "TFOpLambda" or "SlicingOpLambda" or "TensorFlowOpLayer"
        ? $"Its function is Python code, which cannot be read. Write a layer that computes the same, and pass it as {nameof(CustomObject)} of that name."
        : $"Pass a class of your own as {nameof(CustomObject)}.";

    // A layer that merges has a list of shapes.
    private static JsonArray InputShape(Layer layer) =>
        layer.TakesList || layer.InputShapes.Count > 1 ? [.. layer.InputShapes.Select(shape => shape.ToKeras())] : layer.InputShape.ToKeras();

    // A user's factory need not handle the settings that all layers share.
    private static Layer WithCommonSettings(Layer layer, JsonObject config)
    {
        if (config["name"] is { } name)
            layer.Rename(name.GetValue<string>());
        if (config["trainable"]?.GetValue<bool>() == false)
            layer.Trainable = false;
        return WithPolicy(layer, Policy(new KerasConfig(layer.GetType().Name, config), layer));
    }

    private static Layer WithPolicy(Layer layer, DTypePolicy policy)
    {
        layer.SavedPolicy = policy;
        if (policy != DTypePolicy.Float32)
            layer.Configure(policy, TorchRuntime.DefaultDevice);
        return layer;
    }

    // Keras 2's policy for GPUs. float16 would need loss scaling; bfloat16 does not.
    private static DTypePolicy InsteadOfFloat16()
    {
        if (Interlocked.Exchange(ref _warnedOfFloat16, 1) == 0)
            Console.Error.WriteLine("Model: mixed_float16 is not offered, so layers saved with it compute by DTypePolicy.Auto: mixed bfloat16 where it is faster, else float32.");
        return BFloat16Support.OfThisProcess.Resolve(DTypePolicy.Auto, TorchRuntime.DefaultDevice);
    }

    private static DTypePolicy Policy(KerasConfig config, Layer layer)
    {
        // Old files hold a name, new ones an envelope with the name inside.
        JsonNode? node = config.Object("dtype");
        string name = (node is JsonObject policy ? policy["config"]?["name"] : node)?.ToString() ?? "float32";
        if (layer is InputLayer input)
            input.SavedDType = name;
        return name switch
        {
            "float32" => DTypePolicy.Float32,
            "mixed_bfloat16" => BFloat16Support.OfThisProcess.Resolve(DTypePolicy.MixedBFloat16, TorchRuntime.DefaultDevice),
            "float64" => DTypePolicy.Float64,
            "mixed_float16" => InsteadOfFloat16(),
            _ when layer is InputLayer => DTypePolicy.Float32,
            _ => throw new InvalidDataException($"{config.ClassName}: dtype must be float32, mixed_bfloat16 or float64, but was {name}."),
        };
    }
}
