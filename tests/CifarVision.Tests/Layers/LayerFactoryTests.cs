using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class LayerFactoryTests
{
    /// <summary>What Keras writes where every version reads it: the same keys in the same order.</summary>
    public static TheoryData<Layer, string> Configs => new()
    {
        {
            new Conv2D(8, 3, padding: CifarVision.Layers.Padding.Same, activation: ActivationFunction.Relu),
            """
            {"name":"conv2d","trainable":true,"dtype":"float32","filters":8,"kernel_size":[3,3],"strides":[1,1],"padding":"same","data_format":"channels_last",
            "dilation_rate":[1,1],"groups":1,"activation":"relu","use_bias":true,
            "kernel_initializer":{"module":"keras.initializers","class_name":"GlorotUniform","config":{"seed":null},"registered_name":null},
            "bias_initializer":{"module":"keras.initializers","class_name":"Zeros","config":{},"registered_name":null},
            "kernel_regularizer":null,"bias_regularizer":null,"activity_regularizer":null,"kernel_constraint":null,"bias_constraint":null}
            """
        },
        {
            new MaxPooling2D(),
            """{"name":"max_pooling2d","trainable":true,"dtype":"float32","pool_size":[2,2],"padding":"valid","strides":[2,2],"data_format":"channels_last"}"""
        },
        {
            new BatchNormalization(),
            """
            {"name":"batch_normalization","trainable":true,"dtype":"float32","axis":-1,"momentum":0.99,"epsilon":0.001,"center":true,"scale":true,
            "beta_initializer":{"module":"keras.initializers","class_name":"Zeros","config":{},"registered_name":null},
            "gamma_initializer":{"module":"keras.initializers","class_name":"Ones","config":{},"registered_name":null},
            "moving_mean_initializer":{"module":"keras.initializers","class_name":"Zeros","config":{},"registered_name":null},
            "moving_variance_initializer":{"module":"keras.initializers","class_name":"Ones","config":{},"registered_name":null},
            "beta_regularizer":null,"gamma_regularizer":null,"beta_constraint":null,"gamma_constraint":null,"synchronized":false}
            """
        },
        {
            new LayerNormalization(),
            """
            {"name":"layer_normalization","trainable":true,"dtype":"float32","axis":[-1],"epsilon":0.001,"center":true,"scale":true,"rms_scaling":false,
            "beta_initializer":{"module":"keras.initializers","class_name":"Zeros","config":{},"registered_name":null},
            "gamma_initializer":{"module":"keras.initializers","class_name":"Ones","config":{},"registered_name":null},
            "beta_regularizer":null,"gamma_regularizer":null,"beta_constraint":null,"gamma_constraint":null}
            """
        },
        {
            new GroupNormalization(8),
            """
            {"name":"group_normalization","trainable":true,"dtype":"float32","groups":8,"axis":-1,"epsilon":0.001,"center":true,"scale":true,
            "beta_initializer":{"module":"keras.initializers","class_name":"Zeros","config":{},"registered_name":null},
            "gamma_initializer":{"module":"keras.initializers","class_name":"Ones","config":{},"registered_name":null},
            "beta_regularizer":null,"gamma_regularizer":null,"beta_constraint":null,"gamma_constraint":null}
            """
        },
        { new Cropping2D((1, 2)), """{"name":"cropping2d","trainable":true,"dtype":"float32","cropping":[[1,1],[2,2]],"data_format":"channels_last"}""" },
        { new UpSampling2D(), """{"name":"up_sampling2d","trainable":true,"dtype":"float32","size":[2,2],"data_format":"channels_last","interpolation":"nearest"}""" },
        { new Permute([2, 1]), """{"name":"permute","trainable":true,"dtype":"float32","dims":[2,1]}""" },
        { new Flatten(), """{"name":"flatten","trainable":true,"dtype":"float32","data_format":"channels_last"}""" },
        {
            new Dense(32, ActivationFunction.Softmax),
            """
            {"name":"dense","trainable":true,"dtype":"float32","units":32,"activation":"softmax","use_bias":true,
            "kernel_initializer":{"module":"keras.initializers","class_name":"GlorotUniform","config":{"seed":null},"registered_name":null},
            "bias_initializer":{"module":"keras.initializers","class_name":"Zeros","config":{},"registered_name":null},
            "kernel_regularizer":null,"bias_regularizer":null,"kernel_constraint":null,"bias_constraint":null}
            """
        },
        { new Dropout(0.5), """{"name":"dropout","trainable":true,"dtype":"float32","rate":0.5,"seed":null,"noise_shape":null}""" },
        { new ReLU(), """{"name":"re_lu","trainable":true,"dtype":"float32","max_value":null,"negative_slope":0,"threshold":0}""" },
        { new ZeroPadding2D(((1, 2), (0, 3))), """{"name":"zero_padding2d","trainable":true,"dtype":"float32","padding":[[1,2],[0,3]],"data_format":"channels_last"}""" },
    };

    [Theory]
    [MemberData(nameof(Configs))]
    public void GetConfig_Layer_IsWhatEveryKerasReads(Layer layer, string expected) =>
        Assert.Equal(expected.ReplaceLineEndings(""), layer.GetConfig().ToJsonString());

    [Theory]
    [InlineData("activation_hard_silu")]
    [InlineData("elu_layer_0.5")]
    [InlineData("gaussiandropout_inference")]
    [InlineData("gaussiannoise_inference")]
    [InlineData("identity")]
    [InlineData("prelu_4d_shared12")]
    public void ToKeras_CaseOfKeras_IsItsConfigInItsOrder(string path)
    {
        GoldenCase golden = GoldenCase.Load($"layers/{path}");

        JsonObject config = CurrentConfig.From(LayerFactory.FromConfig(golden.ClassName, golden.Config).ToKeras())["config"]!.AsObject();

        Assert.True(JsonNode.DeepEquals(golden.Config, JsonNode.Parse(config.ToJsonString())), config.ToJsonString());
        Assert.Equal(golden.Config.Select(pair => pair.Key), config.Select(pair => pair.Key));
    }

    [Theory]
    [InlineData("hard_swish", ActivationFunction.HardSilu)]
    [InlineData("swish", ActivationFunction.Silu)]
    public void ToCurrent_OtherNameOfAnActivation_IsRead(string name, ActivationFunction function)
    {
        JsonObject envelope = LegacyConfig.ToCurrent(new JsonObject { ["class_name"] = "Dense", ["config"] = new JsonObject { ["name"] = "dense", ["units"] = 2, ["activation"] = name } }, out _);

        Assert.Equal(function, Assert.IsType<Dense>(LayerFactory.FromEnvelope(envelope)).Activation);
    }

    [Fact]
    public void ToKeras_BuiltLayer_TellsItsInputShape()
    {
        var layer = new Flatten();
        layer.Build((4, 4, 3));

        JsonObject envelope = layer.ToKeras();

        Assert.Equal("keras.layers", envelope["module"]!.GetValue<string>());
        Assert.Equal("""{"input_shape":[null,4,4,3]}""", envelope["build_config"]!.ToJsonString());
    }

    [Fact]
    public void ToKeras_LayerThatKerasLacks_IsRegistered()
    {
        JsonObject envelope = new LocalResponseNormalization().ToKeras();

        Assert.Equal("CifarVision>LocalResponseNormalization", envelope["registered_name"]!.GetValue<string>());
        Assert.IsType<LocalResponseNormalization>(LayerFactory.FromEnvelope(envelope));
    }

    [Fact]
    public void FromKeras_ClassOfSomebodyElse_IsNotOursOfTheSameName()
    {
        JsonObject envelope = new Flatten().ToKeras();
        envelope["registered_name"] = "Theirs>Flatten";

        var error = Assert.Throws<InvalidDataException>(() => LayerFactory.FromEnvelope(envelope));

        Assert.StartsWith("Theirs>Flatten 'flatten': there is no layer of this class.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kernel_constraint", "\"radial_constraint\"", "Dense 'd': There is no constraint radial_constraint. Those known are MaxNorm")]
    [InlineData("activity_regularizer", "\"l2\"", "Dense 'd': activity_regularizer is no known setting, so it must be null, but was \"l2\".")]
    [InlineData("activation", "\"glu\"", "Dense 'd': activation must be one of Linear, Relu")]
    [InlineData("units", "2.5", "Dense 'd': units must be a whole number, but was 2.5.")]
    [InlineData("units", "null", "Dense 'd': units is missing.")]
    [InlineData("use_bias", "1", "Dense 'd': use_bias must be true or false, but was 1.")]
    [InlineData("dtype", "\"float16\"", "Dense 'd': dtype must be float32, mixed_bfloat16 or float64, but was float16.")]
    [InlineData("kernel_initializer", "\"magic\"", "Dense 'd': There is no initializer")]
    public void FromConfig_WhatIsNotSupported_IsAnErrorThatNamesIt(string key, string value, string message)
    {
        var config = new JsonObject { ["name"] = "d", ["units"] = 3, [key] = JsonNode.Parse(value) };

        var error = Assert.Throws<InvalidDataException>(() => LayerFactory.FromConfig("Dense", config));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromConfig_ImagesWithChannelsFirst_IsAnError()
    {
        JsonObject config = new MaxPooling2D().GetConfig();
        config["data_format"] = "channels_first";

        var error = Assert.Throws<InvalidDataException>(() => LayerFactory.FromConfig("MaxPooling2D", config));

        Assert.Equal("MaxPooling2D 'max_pooling2d': data_format is supported only as \"channels_last\", but was \"channels_first\".", error.Message);
    }

    [Fact]
    public void FromConfig_Frozen_StaysFrozen()
    {
        Layer layer = LayerFactory.FromConfig("Dense", new JsonObject { ["name"] = "d", ["units"] = 3, ["trainable"] = false });
        layer.Build(2);

        Assert.DoesNotContain(layer.Weights, weight => weight.Trainable);
    }

    [Theory]
    [InlineData("""{"class_name":"DTypePolicy","config":{"name":"mixed_bfloat16"}}""")]
    [InlineData("\"mixed_bfloat16\"")]
    public void FromConfig_MixedPrecision_ComputesInIt(string dtype)
    {
        using var scope = torch.NewDisposeScope();
        Layer layer = LayerFactory.FromConfig("Dense", new JsonObject { ["name"] = "d", ["units"] = 3, ["dtype"] = JsonNode.Parse(dtype) });

        Assert.Equal(ScalarType.BFloat16, layer.Forward(torch.ones(1, 2), training: false).dtype);
        Assert.Equal(ScalarType.Float32, layer.Weights[0].Value.dtype);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(1, false)]
    public void FromConfig_BatchNormalizationAxis_MayBeCountedFromTheFront(int axis, bool isLast)
    {
        JsonObject config = new BatchNormalization().GetConfig();
        config["axis"] = axis;
        Layer layer = LayerFactory.FromConfig("BatchNormalization", config);

        if (isLast)
            layer.Build((4, 4, 3));
        else
            Assert.Equal("BatchNormalization: axis of 'batch_normalization' must be the last, but was 1 for (None, 4, 4, 3). (Parameter 'inputShape')", Assert.Throws<ArgumentException>(() => layer.Build((4, 4, 3))).Message);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(1, false)]
    public void FromConfig_NormalizationAxis_MayBeCountedFromTheFront(int axis, bool isLast)
    {
        JsonObject config = new Normalization().GetConfig();
        config["axis"] = new JsonArray(axis);
        Layer layer = LayerFactory.FromConfig("Normalization", config);

        Assert.Equal(axis, layer.GetConfig()["axis"]![0]!.GetValue<int>());
        if (isLast)
            layer.Build((4, 4, 3));
        else
            Assert.Equal("Normalization: axis of 'normalization' must be the last, but was 1 for (None, 4, 4, 3). (Parameter 'inputShape')", Assert.Throws<ArgumentException>(() => layer.Build((4, 4, 3))).Message);
    }

    [Fact]
    public void FromConfig_OnlyWhatIsRequired_TakesKerasDefaults()
    {
        Layer layer = LayerFactory.FromConfig("Conv2D", new JsonObject { ["name"] = "c", ["filters"] = 4, ["kernel_size"] = 3 });

        Assert.Equal(new Conv2D(4, 3, name: "c").GetConfig().ToJsonString(), layer.GetConfig().ToJsonString());
    }
}
