using System.Text.Json.Nodes;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Tests.Optimizers;

public class OptimizerFactoryTests
{
    [Theory]
    [MemberData(nameof(OptimizerCatalog.Names), MemberType = typeof(OptimizerCatalog))]
    public void FromKeras_WhatToKerasWrote_IsTheSame(string name)
    {
        JsonObject written = OptimizerCatalog.Create(name).ToKeras();

        Optimizer read = OptimizerFactory.FromEnvelope(JsonNode.Parse(written.ToJsonString())!);

        Assert.Equal(name, read.GetType().Name);
        Assert.Equal("keras.optimizers", written["module"]!.GetValue<string>());
        Assert.Equal(written.ToJsonString(), read.ToKeras().ToJsonString());
    }

    [Theory]
    [MemberData(nameof(OptimizerCatalog.Names), MemberType = typeof(OptimizerCatalog))]
    public void FromKeras_NameAlone_HasTheConstructorsDefaults(string name)
    {
        object?[] defaults = [.. typeof(Optimizer).Assembly.GetType($"CifarVision.Optimizers.{name}")!.GetConstructors().Single().GetParameters().Select(parameter => parameter.DefaultValue)];
        var constructed = (Optimizer)Activator.CreateInstance(typeof(Optimizer).Assembly.GetType($"CifarVision.Optimizers.{name}")!, defaults)!;

        Optimizer read = OptimizerFactory.FromEnvelope(JsonValue.Create(name.ToLowerInvariant()));

        Assert.Equal(constructed.GetConfig().ToJsonString(), read.GetConfig().ToJsonString());
    }

    [Fact]
    public void ToKeras_Exclusions_StandBesideTheConfigThatKerasReads()
    {
        JsonObject written = new AdamW(excludeFromWeightDecay: ["bias", "gamma"]).ToKeras();

        Assert.False(written["config"]!.AsObject().ContainsKey("exclude_from_weight_decay"));
        Assert.Equal(["bias", "gamma"], OptimizerFactory.FromEnvelope(written).ExcludeFromWeightDecay);
    }

    [Fact]
    public void FromKeras_NullAmongTheExclusions_IsAnError()
    {
        JsonObject written = new AdamW(excludeFromWeightDecay: ["bias"]).ToKeras();
        written["exclude_from_weight_decay"]!.AsArray().Add(null);

        Assert.Contains("exclude_from_weight_decay must be a list of names", Assert.Throws<InvalidDataException>(() => OptimizerFactory.FromEnvelope(written)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToKeras_RateSetInTraining_IsTheRateWritten()
    {
        var sgd = new SGD(learningRate: 0.1);
        sgd.LearningRate = 0.025;

        Assert.Equal((double)0.025f, sgd.ToKeras()["config"]!["learning_rate"]!.GetValue<double>());
    }

    [Fact]
    public void FromKeras_UsersOwnClass_IsMadeByTheUser()
    {
        JsonObject written = new SignDescent().ToKeras();

        Assert.Null(written["module"]);
        Assert.Equal("CifarVision>SignDescent", written["registered_name"]!.GetValue<string>());
        var customs = new CustomObjects([CustomObject.Of(config => new SignDescent(config["learning_rate"]!.GetValue<double>()))]);
        Optimizer read = OptimizerFactory.FromEnvelope(written, customs);
        Assert.IsType<SignDescent>(read);
    }

    [Fact]
    public void FromKeras_UnknownClass_NamesItAndThoseKnown()
    {
        var error = Assert.Throws<InvalidDataException>(() => OptimizerFactory.FromConfig("Lion", []));

        Assert.Equal("There is no optimizer Lion. Those known are SGD, Adam, AdamW, RMSprop, Adagrad, Adadelta, Adamax, Nadam. Pass a class of your own as CustomObject.", error.Message);
    }

    [Fact]
    public void FromConfig_LossScale_IsRefused()
    {
        var error = Assert.Throws<InvalidDataException>(() => OptimizerFactory.FromConfig("SGD", new JsonObject { ["loss_scale_factor"] = 2.0 }));

        Assert.StartsWith("SGD: loss_scale_factor is supported only as null, but was 2", error.Message);
    }

    [Fact]
    public void FromConfig_UnknownSetting_IsRefused()
    {
        var error = Assert.Throws<InvalidDataException>(() => OptimizerFactory.FromConfig("SGD", new JsonObject { ["decay"] = 0.1 }));

        Assert.StartsWith("SGD: decay is no known setting", error.Message);
    }

    [Fact]
    public void FromConfig_SettingOfAnotherKind_IsRefused()
    {
        var error = Assert.Throws<InvalidDataException>(() => OptimizerFactory.FromConfig("SGD", new JsonObject { ["nesterov"] = "yes" }));

        Assert.Equal("SGD: nesterov must be true or false, but was \"yes\".", error.Message);
    }
}
