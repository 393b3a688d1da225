using System.Text.Json.Nodes;
using CifarVision.Constraints;
using CifarVision.Datasets;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Serialization;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Constraints;

public class ConstraintTests
{
    public static TheoryData<string, DTypePolicy> Cases => GoldenCase.In("constraints", path => !path.Contains("/step_", StringComparison.Ordinal));

    public static TheoryData<Func<Layer>> Constrained => new()
    {
        () => new Dense(4, kernelConstraint: new MaxNorm(0.5), biasConstraint: new NonNeg()),
        () => new Conv2D(4, 3, kernelConstraint: new MaxNorm(0.5, axis: [0, 1, 2]), biasConstraint: new NonNeg()),
        () => new DepthwiseConv2D(3, depthwiseConstraint: new MinMaxNorm(0.2, 0.5, 1, axis: [0, 1]), biasConstraint: new NonNeg()),
        () => new SeparableConv2D(4, 3, depthwiseConstraint: new UnitNorm([0, 1]), pointwiseConstraint: new UnitNorm(axis: 2), biasConstraint: new NonNeg()),
        () => new BatchNormalization(betaConstraint: new NonNeg(), gammaConstraint: new MaxNorm(0.1)),
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Call_CaseOfKeras_GivesItsNumbers(string path, DTypePolicy precision)
    {
        using var scope = torch.NewDisposeScope();
        GoldenCase golden = GoldenCase.Load(path, precision);
        JsonNode serialized = golden.Json["serialized"]!;

        Constraint constraint = Constraint.Deserialize(serialized)!;

        golden.AssertNear("constrained", constraint.Call(golden.Tensor("w")));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(serialized.ToJsonString()), JsonNode.Parse(constraint.Serialize().ToJsonString())), constraint.Serialize().ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Constrained))]
    public void Fit_ConstrainedLayer_EndsWithWeightsThatKeepTheConstraint(Func<Layer> create)
    {
        using var model = new Sequential((5, 5, 2), create(), new Flatten(), new Dense(2, ActivationFunction.Softmax));
        model.Compile(new SGD(5), new CategoricalCrossentropy());
        NDArray x = np.array(NaiveImages.Different(8, 5, 5, 2));

        model.Fit(x, Labels.ToCategorical(np.array(new int[] { 0, 1, 0, 1, 0, 1, 0, 1 }), 2), batchSize: 4, epochs: 2, verbose: 0, cancellationToken: TestContext.Current.CancellationToken);

        JsonObject config = model.Layers[0].GetConfig();
        foreach ((Weight weight, string key) in model.Layers[0].Weights.Where(weight => weight.Trainable).Select(weight => (weight, KeyOf(config, weight.Name))))
        {
            using var scope = torch.NewDisposeScope();
            Near.Absolute(weight.ToArray(), ArrayConversion.ToNDArray(Constraint.Deserialize(config[key])!.Call(weight.Value.detach())), 1e-6, weight.Path);
        }
    }

    [Theory]
    [MemberData(nameof(Constrained))]
    public void Load_ConstrainedLayer_HasItsConstraints(Func<Layer> create)
    {
        using var folder = new TemporaryFolder();
        using var model = new Sequential((5, 5, 2), create());
        model.Save(folder.File("model.keras"));

        using Model loaded = Model.Load(folder.File("model.keras"));

        Assert.Equal(model.Layers[0].GetConfig().ToJsonString(), loaded.Layers[0].GetConfig().ToJsonString());
        Assert.Contains("NonNeg", loaded.Layers[0].GetConfig().ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("max_norm", typeof(MaxNorm))]
    [InlineData("maxnorm", typeof(MaxNorm))]
    [InlineData("NonNeg", typeof(NonNeg))]
    [InlineData("unit_norm", typeof(UnitNorm))]
    [InlineData("min_max_norm", typeof(MinMaxNorm))]
    public void Deserialize_Name_IsTheConstraintWithItsDefaults(string name, Type type) => Assert.IsType(type, Constraint.Deserialize(name));

    [Fact]
    public void Deserialize_Unknown_SaysWhichThereAre() => Assert.StartsWith(
        "There is no constraint RadialConstraint. Those known are MaxNorm, MinMaxNorm, NonNeg, UnitNorm.",
        Assert.Throws<InvalidDataException>(() => Constraint.Deserialize("RadialConstraint")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Deserialize_ClassOfOnesOwn_IsFoundByItsName()
    {
        Constraint loaded = Constraint.Deserialize(new Halved().Serialize(), [CustomObject.Of(_ => new Halved())])!;

        Assert.IsType<Halved>(loaded);
    }

    [Fact]
    public void Create_NumberOutOfRange_IsNamed()
    {
        Assert.StartsWith("MaxNorm: maxValue must be at least 0, but was -1.", Assert.Throws<ArgumentOutOfRangeException>(() => new MaxNorm(-1)).Message, StringComparison.Ordinal);
        Assert.StartsWith("MinMaxNorm: rate must be from 0 to 1, but was 2.", Assert.Throws<ArgumentOutOfRangeException>(() => new MinMaxNorm(rate: 2)).Message, StringComparison.Ordinal);
    }

    private static string KeyOf(JsonObject config, string weight) =>
        config.ContainsKey($"{weight}_constraint") ? $"{weight}_constraint" : weight == "kernel" ? "depthwise_constraint" : weight.Replace("_kernel", "_constraint", StringComparison.Ordinal);

    private sealed class Halved : Constraint
    {
        public override Tensor Call(Tensor weight) => weight.Divide(2);

        public override JsonObject GetConfig() => [];
    }
}
