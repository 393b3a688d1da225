using System.Text.Json.Nodes;
using CifarVision.Losses;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Golden;

public class LossGoldenTests
{
    public static TheoryData<string, DTypePolicy> Cases => GoldenCase.In("losses", IsLoss);

    public static TheoryData<string> Paths => [.. GoldenCase.PathsIn("losses", IsLoss)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Call_GivesKerasLossesAndGradient(string path, DTypePolicy precision)
    {
        using var scope = torch.NewDisposeScope();
        GoldenCase golden = GoldenCase.Load(path, precision);
        Loss loss = Create(golden);
        Tensor yTrue = golden.Tensor("y_true");
        Tensor yPred = golden.Tensor("y_pred", requiresGrad: true);
        Tensor? weight = golden.Has("sample_weight") ? golden.Tensor("sample_weight") : null;

        Tensor samples = loss.SampleLosses(yTrue, yPred);
        Tensor mean = loss.Call(yTrue, yPred, weight);
        mean.backward();

        // Keras' reductions "none" and "sum" weigh the samples too; "mean_with_sample_weight" divides by the sum of the weights.
        Tensor weighted = weight is null ? samples : samples * weight;
        golden.AssertNear("loss_none", weighted);
        golden.AssertNear("loss_sum", weighted.sum().reshape(1));
        golden.AssertNear("loss_sum_over_batch_size", mean.reshape(1));
        golden.AssertNear("loss_mean_with_sample_weight", (weight is null ? mean : weighted.sum() / weight.sum()).reshape(1));
        golden.AssertNear("dy_pred", yPred.grad!);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void GetConfig_IsWhatKerasWrites(string path)
    {
        GoldenCase golden = GoldenCase.Load(path);

        Loss loss = Create(golden);

        Assert.True(JsonNode.DeepEquals(Arguments(golden), JsonNode.Parse(loss.GetConfig().ToJsonString())), loss.GetConfig().ToJsonString());
    }

    private static Loss Create(GoldenCase golden) => LossFactory.FromEnvelope(new JsonObject { ["class_name"] = golden.ClassName, ["config"] = Arguments(golden) });

    // What Keras was given and leaves out of its config, and its config.
    private static JsonObject Arguments(GoldenCase golden)
    {
        JsonObject arguments = golden.Config.DeepClone().AsObject();
        foreach ((string key, JsonNode? value) in golden.Json["arguments"]?.AsObject() ?? [])
            arguments[key] = value?.DeepClone();
        return arguments;
    }

    private static bool IsLoss(string path) => !path.StartsWith("losses/metric_", StringComparison.Ordinal);
}
