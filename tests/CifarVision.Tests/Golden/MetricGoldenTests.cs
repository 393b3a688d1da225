using System.Text.Json.Nodes;
using CifarVision.Metrics;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Golden;

public class MetricGoldenTests
{
    private const double Tolerance = 2e-6;
    private const string Functions = "losses/metric_per_sample_functions";

    public static TheoryData<string> Cases => GoldenCase.In("losses", path => path.StartsWith("losses/metric_", StringComparison.Ordinal) && path != Functions);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Result_AfterEachBatch_IsKeras(string path)
    {
        using var scope = torch.NewDisposeScope();
        GoldenCase golden = GoldenCase.Load(path);
        Metric metric = Create(golden);
        double[] expected = Near.Doubles(golden["result_after_each"]);

        for (int batch = 0; batch < expected.Length; batch++)
        {
            Tensor? weight = golden.Has($"sample_weight_{batch}") ? golden.Tensor($"sample_weight_{batch}") : null;
            metric.Update(golden.Tensor($"y_true_{batch}"), golden.Tensor($"y_pred_{batch}"), weight);
            Assert.Equal(expected[batch], metric.Result(), Tolerance * expected.Max());
        }

        Assert.False(golden.Has($"y_true_{expected.Length}"));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void GetConfig_IsWhatKerasWrites(string path)
    {
        GoldenCase golden = GoldenCase.Load(path);

        JsonObject config = Create(golden).GetConfig();

        Assert.True(JsonNode.DeepEquals(golden.Config, JsonNode.Parse(config.ToJsonString())), config.ToJsonString());
    }

    [Fact]
    public void SampleMetrics_AreWhatKerasFunctionsGive()
    {
        using var scope = torch.NewDisposeScope();
        GoldenCase golden = GoldenCase.Load(Functions);
        (Tensor yTrue, Tensor labels, Tensor yPred) = (golden.Tensor("y_true"), golden.Tensor("labels"), golden.Tensor("y_pred"));

        Near.Relative(golden["categorical_accuracy"], new CategoricalAccuracy().SampleMetrics(yTrue, yPred), 0);
        Near.Relative(golden["sparse_categorical_accuracy"], new SparseCategoricalAccuracy().SampleMetrics(labels, yPred), 0);
        Near.Relative(golden["top2"], new TopKCategoricalAccuracy(2).SampleMetrics(yTrue, yPred), 0);
        Near.Relative(golden["top5"], new TopKCategoricalAccuracy().SampleMetrics(yTrue, yPred), 0);
        Near.Relative(golden["sparse_top2"], new SparseTopKCategoricalAccuracy(2).SampleMetrics(labels, yPred), 0);
    }

    private static Metric Create(GoldenCase golden) =>
        MetricFactory.FromConfig(new JsonObject { ["class_name"] = golden.ClassName, ["config"] = golden.Config.DeepClone() });
}
