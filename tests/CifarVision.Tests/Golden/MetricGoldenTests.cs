using System.Text.Json.Nodes;
using CifarVision.Metrics;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Golden;

public class MetricGoldenTests
{
    private const string Functions = "losses/metric_per_sample_functions";

    // Keras on torch adds up the weights at each threshold in float32, in float64 too. AUCTests compares them with float64 sums.
    private const string SumsInFloat32 = "losses/metric_auc_roc_20_weighted";

    public static TheoryData<string, DTypePolicy> Cases
    {
        get
        {
            TheoryData<string, DTypePolicy> cases = GoldenCase.In("losses", path => IsMetric(path) && path != SumsInFloat32);
            cases.Add(SumsInFloat32, DTypePolicy.Float32);
            return cases;
        }
    }

    public static TheoryData<string> Paths => [.. GoldenCase.PathsIn("losses", IsMetric)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Result_AfterEachBatch_IsKeras(string path, DTypePolicy precision)
    {
        using var scope = torch.NewDisposeScope();
        GoldenCase golden = GoldenCase.Load(path, precision);
        Metric metric = Create(golden);
        double[] expected = Near.Doubles(golden.Expected("result_after_each"));

        for (int batch = 0; batch < expected.Length; batch++)
        {
            Tensor? weight = golden.Has($"sample_weight_{batch}") ? golden.Tensor($"sample_weight_{batch}") : null;
            metric.Update(golden.Tensor($"y_true_{batch}"), golden.Tensor($"y_pred_{batch}"), weight);
            golden.AssertNear("result_after_each", expected[batch], metric.Result());
        }

        Assert.False(golden.Has($"y_true_{expected.Length}"));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void GetConfig_IsWhatKerasWrites(string path)
    {
        GoldenCase golden = GoldenCase.Load(path);

        JsonObject config = Create(golden).GetConfig();

        Assert.True(JsonNode.DeepEquals(golden.Config, JsonNode.Parse(config.ToJsonString())), config.ToJsonString());
    }

    [Theory]
    [InlineData(DTypePolicy.Float32)]
    [InlineData(DTypePolicy.Float64)]
    public void SampleMetrics_AreWhatKerasFunctionsGive(DTypePolicy precision)
    {
        using var scope = torch.NewDisposeScope();
        GoldenCase golden = GoldenCase.Load(Functions, precision);
        (Tensor yTrue, Tensor labels, Tensor yPred) = (golden.Tensor("y_true"), golden.Tensor("labels"), golden.Tensor("y_pred"));

        golden.AssertNear("categorical_accuracy", new CategoricalAccuracy().SampleMetrics(yTrue, yPred));
        golden.AssertNear("sparse_categorical_accuracy", new SparseCategoricalAccuracy().SampleMetrics(labels, yPred));
        golden.AssertNear("top2", new TopKCategoricalAccuracy(2).SampleMetrics(yTrue, yPred));
        golden.AssertNear("top5", new TopKCategoricalAccuracy().SampleMetrics(yTrue, yPred));
        golden.AssertNear("sparse_top2", new SparseTopKCategoricalAccuracy(2).SampleMetrics(labels, yPred));
    }

    private static bool IsMetric(string path) => path.StartsWith("losses/metric_", StringComparison.Ordinal) && path != Functions;

    private static Metric Create(GoldenCase golden) =>
        MetricFactory.FromEnvelope(new JsonObject { ["class_name"] = golden.ClassName, ["config"] = golden.Config.DeepClone() });
}
