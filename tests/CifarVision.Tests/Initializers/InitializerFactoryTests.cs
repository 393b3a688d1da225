using System.Text.Json.Nodes;
using CifarVision.Initializers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Initializers;

public class InitializerFactoryTests
{
    public static TheoryData<Initializer> All =>
    [
        new Zeros(),
        new Ones(),
        new Constant(0.75),
        new RandomNormal(1.5, 0.25, 4),
        new RandomUniform(-1, 2, 5),
        new TruncatedNormal(0.5, 0.125, 6),
        new VarianceScaling(2.5, VarianceScalingMode.FanOut, VarianceScalingDistribution.Uniform, 7),
        new VarianceScaling(0.5, VarianceScalingMode.FanAvg, VarianceScalingDistribution.UntruncatedNormal, 7),
        new GlorotNormal(8),
        new GlorotUniform(9),
        new HeNormal(10),
        new HeUniform(11),
        new LecunNormal(12),
        new LecunUniform(13),
        new Orthogonal(1.25, 14),
    ];

    [Theory]
    [MemberData(nameof(All))]
    public void FromConfig_WhatToKerasWrote_GivesTheSameNumbers(Initializer initializer)
    {
        JsonNode saved = JsonNode.Parse(initializer.ToKeras().ToJsonString())!;

        Initializer loaded = InitializerFactory.FromEnvelope(saved);

        Assert.IsType(initializer.GetType(), loaded);
        Assert.Equal(saved.ToJsonString(), loaded.ToKeras().ToJsonString());
        Near.Absolute(initializer.Call((5, 4)), loaded.Call((5, 4)), 0);
    }

    [Fact]
    public void ToKeras_GlorotUniform_IsWhatEveryKerasReads() => Assert.Equal(
        """{"module":"keras.initializers","class_name":"GlorotUniform","config":{"seed":null},"registered_name":null}""", new GlorotUniform().ToKeras().ToJsonString());

    [Fact]
    public void ToKeras_TruncatedNormal_HasKerasKeys() => Assert.Equal(
        """{"module":"keras.initializers","class_name":"TruncatedNormal","config":{"mean":0,"stddev":0.05,"seed":3},"registered_name":null}""",
        new TruncatedNormal(seed: 3).ToKeras().ToJsonString());

    [Theory]
    [InlineData("zeros", typeof(Zeros))]
    [InlineData("zero", typeof(Zeros))]
    [InlineData("one", typeof(Ones))]
    [InlineData("glorot_uniform", typeof(GlorotUniform))]
    [InlineData("GlorotUniform", typeof(GlorotUniform))]
    [InlineData("he_normal", typeof(HeNormal))]
    [InlineData("lecun_normal", typeof(LecunNormal))]
    [InlineData("normal", typeof(RandomNormal))]
    [InlineData("uniform", typeof(RandomUniform))]
    [InlineData("truncated_normal", typeof(TruncatedNormal))]
    [InlineData("OrthogonalInitializer", typeof(Orthogonal))]
    public void FromEnvelope_Name_GivesTheClass(string name, Type type) => Assert.IsType(type, InitializerFactory.FromEnvelope(JsonValue.Create(name)!));

    [Fact]
    public void FromConfig_NullAxes_AreWhatNewKerasWrites()
    {
        Initializer initializer = FromJson("""{"class_name":"GlorotUniform","config":{"seed":5,"input_axes":null,"output_axes":null}}""");

        Assert.Equal(5, initializer.Seed);
    }

    [Theory]
    [InlineData("\"xavier\"", "There is no initializer xavier.")]
    [InlineData("""{"class_name":"Identity","config":{"gain":1}}""", "There is no initializer Identity.")]
    [InlineData("""{"class_name":"GlorotUniform","config":{"seed":1,"input_axes":[0]}}""", "GlorotUniform: input_axes is supported only as null, but was [0].")]
    [InlineData("""{"class_name":"HeNormal","config":{"seed":{"class_name":"SeedGenerator"}}}""", "HeNormal: seed must be a whole number or null, but was {\"class_name\":\"SeedGenerator\"}.")]
    [InlineData("""{"class_name":"RandomNormal","config":{"mean":0,"sigma":1}}""", "RandomNormal: sigma is no known setting, so it must be null, but was 1.")]
    [InlineData("""{"class_name":"Constant","config":{"value":"x"}}""", "Constant: value must be a number, but was \"x\".")]
    [InlineData("""{"class_name":"VarianceScaling","config":{"mode":"fan_max"}}""", "VarianceScaling: mode must be fan_in, fan_out or fan_avg, but was fan_max.")]
    [InlineData("""{"class_name":"VarianceScaling","config":{"distribution":"cauchy"}}""", "VarianceScaling: distribution must be truncated_normal, untruncated_normal or uniform, but was cauchy.")]
    [InlineData("""{"class_name":"Zeros","config":3}""", "Zeros: config must be an object, but was 3.")]
    [InlineData("17", "An initializer must be an object with a class_name, or a name, but was 17.")]
    public void FromConfig_WhatIsNotKnown_ThrowsNamingIt(string json, string message)
    {
        var error = Assert.Throws<InvalidDataException>(() => FromJson(json));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    private static Initializer FromJson(string json) => InitializerFactory.FromEnvelope(JsonNode.Parse(json)!);
}
