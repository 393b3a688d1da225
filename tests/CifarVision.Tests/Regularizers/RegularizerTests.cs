using System.Text.Json.Nodes;
using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Regularizers;

public class RegularizerTests
{
    public static TheoryData<Regularizer, double, double[]> ByHand => new()
    {
        // sum |w| = 7, sum w*w = 1 + 4 + 0 + 16 = 21
        { new L1(0.5), 3.5, [0.5, -0.5, 0, 0.5] },
        { new L1(), 0.07, [0.01, -0.01, 0, 0.01] },
        { new L2(0.5), 10.5, [1, -2, 0, 4] },
        { new L2(), 0.21, [0.02, -0.04, 0, 0.08] },
        { new L1L2(0.5, 0.25), 8.75, [1, -1.5, 0, 2.5] },
        { new L1L2(), 0, [0, 0, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(ByHand))]
    public void Call_SmallWeight_PenaltyAndGradientAreThoseByHand(Regularizer regularizer, double penalty, double[] gradient)
    {
        using var scope = torch.NewDisposeScope();
        Tensor weight = torch.tensor(new[] { 1.0, -2.0, 0.0, 4.0 }, [2, 2]).requires_grad_();

        Tensor result = regularizer.Call(weight);
        result.backward();

        Assert.Equal([], result.shape);
        Assert.Equal(penalty, result.item<double>(), 1e-12);
        Near.Absolute(np.array(gradient).reshape(2, 2), ArrayConversion.ToNDArray(weight.grad!), 1e-12);
    }

    [Fact]
    public void Call_Smooth_GradientAgreesWithDifferences()
    {
        using var scope = torch.NewDisposeScope();
        Tensor at = torch.tensor(new[] { 0.5, -1.5, 2.0 });

        GradientCheck.Check(new L1L2(0.3, 0.7).Call, at, 1e-7);
    }

    [Theory]
    [MemberData(nameof(ByHand))]
    public void FromConfig_WhatToKerasWrote_IsTheSame(Regularizer regularizer, double penalty, double[] gradient)
    {
        using var scope = torch.NewDisposeScope();
        JsonNode saved = JsonNode.Parse(regularizer.ToKeras()!.ToJsonString())!;

        Regularizer loaded = RegularizerFactory.FromEnvelope(saved)!;

        Assert.IsType(regularizer.GetType(), loaded);
        Assert.Equal(saved.ToJsonString(), loaded.ToKeras()!.ToJsonString());
        Assert.Equal(penalty, loaded.Call(torch.tensor(new[] { 1.0, -2.0, 0.0, 4.0 })).item<double>(), 1e-12);
        Assert.Equal(4, gradient.Length);
    }

    [Fact]
    public void ToKeras_L1L2_IsWhatEveryKerasReads() => Assert.Equal(
        """{"module":"keras.regularizers","class_name":"L1L2","config":{"l1":0.5,"l2":0.25},"registered_name":null}""", new L1L2(0.5, 0.25).ToKeras()!.ToJsonString());

    [Fact]
    public void Null_IsNoRegularizer()
    {
        Assert.Null(RegularizerFactory.FromEnvelope(null));
        Assert.Null(((Regularizer?)null).ToKeras());
    }

    [Theory]
    [InlineData("l1", typeof(L1))]
    [InlineData("L2", typeof(L2))]
    [InlineData("l1_l2", typeof(L1L2))]
    [InlineData("l1l2", typeof(L1L2))]
    public void FromEnvelope_Name_GivesTheClass(string name, Type type) => Assert.IsType(type, RegularizerFactory.FromEnvelope(JsonValue.Create(name)));

    [Theory]
    [InlineData("""{"class_name":"OrthogonalRegularizer","config":{"factor":0.01}}""", "There is no regularizer OrthogonalRegularizer.")]
    [InlineData("""{"class_name":"L2","config":{"l2":0.01,"l1":0.01}}""", "L2: l1 is no known setting, so it must be null, but was 0.01.")]
    public void FromConfig_WhatIsNotKnown_ThrowsNamingIt(string json, string message)
    {
        var error = Assert.Throws<InvalidDataException>(() => RegularizerFactory.FromEnvelope(JsonNode.Parse(json)));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructors_ImpossibleFactors_Throw()
    {
        using var german = new CultureScope("de-DE");
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new L2(-0.5));
        Assert.StartsWith("L2: l2 must be at least 0, but was -0.5.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new L1(double.NaN));
        Assert.Equal("l1", Assert.Throws<ArgumentOutOfRangeException>(() => new L1L2(double.PositiveInfinity)).ParamName);
    }

    [Fact]
    public void Call_RegularizerOfAUser_IsAddedToTheLoss()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new Dense(2, kernelInitializer: new Ones(), kernelRegularizer: new OwnSpread(0.5));
        layer.Build(3);
        Assert.Equal(0f, layer.RegularizationLoss()!.item<float>());

        layer.SetWeights([np.array(new float[,] { { 1, 3 }, { 1, 3 }, { 1, 3 } }), np.zeros(new Shape(2), np.float32)]);

        Assert.Equal(0.5f, layer.RegularizationLoss()!.item<float>());
    }

    #region own-regularizer
    private sealed class OwnSpread(double factor) : Regularizer
    {
        public override Tensor Call(Tensor weight) => (weight - weight.mean()).Square().mean().Multiply(factor);

        public override JsonObject GetConfig() => new() { ["factor"] = factor };
    }
    #endregion
}
