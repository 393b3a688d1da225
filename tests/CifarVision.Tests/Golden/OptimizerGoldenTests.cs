using System.Text.Json.Nodes;
using CifarVision.Benchmarks;
using CifarVision.Constraints;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Golden;

/// <summary>Five steps of each optimizer on one dense layer with mean squared error, against what Keras computed.</summary>
public class OptimizerGoldenTests
{
    private const int Steps = 5;

    public static TheoryData<string, DTypePolicy> OptimizerCases => GoldenCase.In("optimizers", IsOptimizer);

    public static TheoryData<string, DTypePolicy> ConstrainedCases => GoldenCase.In("constraints", path => path.Contains("/step_", StringComparison.Ordinal));

    public static TheoryData<string> OptimizerPaths => [.. GoldenCase.PathsIn("optimizers", IsOptimizer)];

    public static TheoryData<string> ScheduleCases => [.. GoldenCase.Load("optimizers/schedules").Json["configs"]!.AsObject().Select(config => config.Key)];

    [Theory]
    [MemberData(nameof(OptimizerCases))]
    [MemberData(nameof(ConstrainedCases))]
    public void Apply_KerasGradients_GivesKerasWeightsAndSlots(string path, DTypePolicy precision)
    {
        using var scope = torch.NewDisposeScope();
        GoldenCase golden = GoldenCase.Load(path, precision);
        var net = new Net(golden);

        AssertState(golden, net, step: 0);
        for (int step = 0; step < Steps; step++)
        {
            AssertRate(golden, net.Optimizer, step);
            net.Optimizer.Apply(net.Weights, [net.Tensor("grad_kernel", step), net.Tensor("grad_bias", step)]);
            AssertState(golden, net, step + 1);
        }
    }

    [Theory]
    [MemberData(nameof(OptimizerCases))]
    [MemberData(nameof(ConstrainedCases))]
    public void Apply_OwnGradients_GivesKerasLossAndWeights(string path, DTypePolicy precision)
    {
        using var scope = torch.NewDisposeScope();
        GoldenCase golden = GoldenCase.Load(path, precision);
        var net = new Net(golden);

        for (int step = 0; step < Steps; step++)
        {
            Tensor error = golden.Tensor("X").mm(net.Kernel.Value).Add(net.Bias.Value) - golden.Tensor("Y");
            Tensor loss = error.Square().mean();
            golden.AssertNear("loss", step, ArrayConversion.ToNDArray(loss));
            Tensor[] gradients = Gradients.Of(loss, [net.Kernel.Value, net.Bias.Value]);
            golden.AssertNear("grad_kernel", step, ArrayConversion.ToNDArray(gradients[0]));
            golden.AssertNear("grad_bias", step, ArrayConversion.ToNDArray(gradients[1]));
            net.Optimizer.Apply(net.Weights, gradients);
        }

        golden.AssertNear("kernel", Steps, net.Kernel.ToArray());
        golden.AssertNear("bias", Steps, net.Bias.ToArray());
    }

    [Theory]
    [MemberData(nameof(OptimizerCases))]
    public void FinalizeWeights_AfterFiveSteps_CopiesTheAverageOrNothing(string path, DTypePolicy precision)
    {
        using var scope = torch.NewDisposeScope();
        GoldenCase golden = GoldenCase.Load(path, precision);
        var net = new Net(golden);
        for (int step = 0; step < Steps; step++)
            net.Optimizer.Apply(net.Weights, [net.Tensor("grad_kernel", step), net.Tensor("grad_bias", step)]);

        net.Optimizer.FinalizeWeights(net.Weights);

        bool averaged = golden.Has("kernel_after_finalize");
        Assert.Equal(net.Optimizer.UseEma, averaged);
        if (averaged)
        {
            golden.AssertNear("kernel_after_finalize", net.Kernel.ToArray());
            golden.AssertNear("bias_after_finalize", net.Bias.ToArray());
        }
        else
        {
            golden.AssertNear("kernel", Steps, net.Kernel.ToArray());
            golden.AssertNear("bias", Steps, net.Bias.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(OptimizerPaths))]
    public void GetConfig_AfterFromKeras_IsKerasConfig(string path)
    {
        GoldenCase golden = GoldenCase.Load(path);

        JsonObject envelope = new Net(golden).Optimizer.ToKeras();

        Assert.Equal("keras.optimizers", envelope["module"]!.GetValue<string>());
        Assert.Null(envelope["registered_name"]);
        AssertSameJson(golden.Config, envelope["config"]!, golden.ClassName);
    }

    [Theory]
    [MemberData(nameof(ScheduleCases))]
    public void Rate_AtEachStep_IsKerasRate(string schedule)
    {
        GoldenCase golden = GoldenCase.Load("optimizers/schedules", DTypePolicy.Float64);
        JsonObject config = golden.Json["configs"]![schedule]!.AsObject();
        string name = config["name"]!.GetValue<string>();
        string className = name switch { "PiecewiseConstant" => "PiecewiseConstantDecay", "SGDRDecay" => "CosineDecayRestarts", _ => name };

        LearningRateSchedule found = ScheduleFactory.FromEnvelope(new JsonObject { ["class_name"] = className, ["config"] = config.DeepClone() });

        long[] steps = golden["steps"].ToArray<long>();
        NDArray rates = np.array(steps.Select(found.Rate).ToArray());
        golden.AssertNear(schedule, rates);
        // Keras fixes float32 for the rates of a float32 model; the library has doubles for both.
        GoldenCase.Load("optimizers/schedules").AssertNear(schedule, rates);
        AssertSameJson(config, found.GetConfig(), schedule);
    }

    private static bool IsOptimizer(string path) => path != "optimizers/schedules";

    private static void AssertRate(GoldenCase golden, Optimizer optimizer, int step) =>
        golden.AssertNear("learning_rate", step, np.array(new[] { optimizer.LearningRate }));

    private static void AssertState(GoldenCase golden, Net net, int step)
    {
        golden.AssertNear("kernel", step, net.Kernel.ToArray());
        golden.AssertNear("bias", step, net.Bias.ToArray());
        Assert.Equal(golden["iteration"].ToArray<long>()[step], net.Optimizer.Iterations);

        IReadOnlyList<(string Path, NDArray Value)> state = net.Optimizer.GetState();
        Assert.Equal(golden.Json["variable_order_in_optimizer"]!.AsArray().Select(path => path!.GetValue<string>()), state.Select(variable => variable.Path));
        foreach ((string path, NDArray value) in state.Skip(net.Optimizer.Schedule is null ? 2 : 1))
        {
            string slot = "slot_" + path[(path.IndexOf('/', StringComparison.Ordinal) + 1)..];
            golden.AssertNear(slot, step, value);
        }
    }

    // Numbers compare as numbers: Keras writes 0.0 where C# writes 0.
    private static void AssertSameJson(JsonNode? expected, JsonNode? actual, string where)
    {
        switch (expected)
        {
            case JsonObject members:
                Assert.Equal(members.Select(member => member.Key).Order(StringComparer.Ordinal), actual!.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal));
                foreach ((string key, JsonNode? value) in members)
                    AssertSameJson(value, actual[key], $"{where}.{key}");
                break;
            case JsonArray items:
                Assert.Equal(items.Count, actual!.AsArray().Count);
                for (int i = 0; i < items.Count; i++)
                    AssertSameJson(items[i], actual[i], $"{where}[{i}]");
                break;
            case JsonValue number when number.GetValueKind() == System.Text.Json.JsonValueKind.Number:
                Assert.True(actual is not null, where);
                Assert.Equal(number.GetValue<double>(), double.Parse(actual.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture));
                break;
            default:
                Assert.True(JsonNode.DeepEquals(expected, actual), $"{where}: expected {expected?.ToJsonString()}, found {actual?.ToJsonString()}");
                break;
        }
    }

    private sealed class Net
    {
        private readonly GoldenCase _golden;

        public Net(GoldenCase golden)
        {
            _golden = golden;
            JsonObject envelope = (golden.Precision == DTypePolicy.Float64 ? golden.ExactJson : golden.Json).DeepClone().AsObject();
            if (golden.Precision == DTypePolicy.Float64 && envelope["config_float64"] is { } exact)
                envelope["config"] = exact.DeepClone();
            envelope["exclude_from_weight_decay"] = golden.Json["spec"]!["exclude"]?.DeepClone();
            Optimizer = OptimizerFactory.FromEnvelope(envelope);
            Kernel = new Weight("kernel", "kernel", Tensor("kernel", 0), trainable: true) { Constraint = Constraint("kernel") };
            Bias = new Weight("bias", "bias", Tensor("bias", 0), trainable: true) { Constraint = Constraint("bias") };
            Optimizer.Build(Weights);
        }

        public Optimizer Optimizer { get; }

        public Weight Kernel { get; }

        public Weight Bias { get; }

        public Weight[] Weights => [Kernel, Bias];

        public Tensor Tensor(string name, int step) => _golden.Tensor(name)[step].clone();

        private Func<Tensor, Tensor>? Constraint(string weight) =>
            ConstraintFactory.FromEnvelope(_golden.Json["spec"]!["constraints"]?[weight]) is { } constraint ? constraint.Call : null;
    }
}
