using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Golden;

/// <summary>Every layer against real Keras: outputs, gradients of sum(y * dy), weights after a training call.</summary>
public class LayerGoldenTests
{
    private const double Tolerance = 2e-6;

    public static TheoryData<string> Cases => GoldenCase.In("layers");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Layer_CaseOfKeras_GivesItsNumbers(string path)
    {
        using var scope = torch.NewDisposeScope();
        GoldenCase golden = GoldenCase.Load(path);
        Layer layer = LayerFactory.FromConfig(golden.ClassName, golden.Config);
        switch (golden.Json["kind"]!.GetValue<string>())
        {
            case "layer" when golden.ClassName == "Dropout" && path.EndsWith("_sample", StringComparison.Ordinal):
                CheckDropout(golden, layer);
                break;
            case "layer":
                CheckCall(golden, layer, golden.Json["training"]!.GetValue<bool>(), "");
                break;
            case "batchnorm_steps":
                CheckSteps(golden, layer);
                break;
            case string kind:
                Assert.Fail($"No test knows the kind {kind}.");
                break;
        }
    }

    private static void CheckSteps(GoldenCase golden, Layer layer)
    {
        int steps = golden.Json["steps"]!.GetValue<int>();
        CheckCall(golden, layer, training: false, "_infer0");
        for (int step = 1; step <= steps; step++)
        {
            NDArray before = layer.Weights[^1].ToArray();
            CheckCall(golden, layer, training: true, $"_train{step}");
            CheckAverages(golden, layer, step, before);
        }

        CheckCall(golden, layer, training: false, "_infer1");
    }

    /// <summary>One call and its gradients; <paramref name="tag"/> ends the names of its arrays.</summary>
    private static void CheckCall(GoldenCase golden, Layer layer, bool training, string tag)
    {
        Tensor x = golden.Tensor("x" + tag, requiresGrad: true);
        SetWeights(golden, layer, x);
        Tensor y = layer.Forward(x, training);
        (y * golden.Tensor("dy" + tag)).sum().backward();
        Near.Relative(golden["y" + tag], y, ToleranceOf(golden, tag), "y" + tag);
        Near.Relative(golden["dx" + tag], x.grad!, ToleranceOf(golden, tag), "dx" + tag);
        foreach (Weight weight in layer.Weights.Where(weight => weight.Trainable))
        {
            string name = $"d_{weight.Name}{tag}";
            Near.Relative(golden[name], weight.Value.grad!, ToleranceOf(golden, tag), name);
            weight.Value.grad = null;
        }
    }

    private static void CheckAverages(GoldenCase golden, Layer layer, int step, NDArray varianceBefore)
    {
        Near.Relative(golden[$"moving_mean_after{step}"], layer.Weights[^2].Value, Tolerance, $"moving_mean_after{step}");
        Near.Relative(golden[$"moving_variance_after{step}"], layer.Weights[^1].Value, HasLargeMean(golden) ? 1e-4 : Tolerance, $"moving_variance_after{step}");

        // Against the variance in float64 every case is held tight.
        double momentum = golden.Config["momentum"]!.GetValue<double>();
        NDArray exact = (varianceBefore.astype(np.float64) * momentum) + (golden[$"batch_var_biased_f64_{step}"] * (1 - momentum));
        Near.Relative(exact, layer.Weights[^1].Value, Tolerance, $"moving_variance {step} in float64");
    }

    /// <summary>A random draw cannot be Keras'; its property can: every value is 0 or x / (1 - rate), and the gradient has the same mask.</summary>
    private static void CheckDropout(GoldenCase golden, Layer layer)
    {
        Tensor x = golden.Tensor("x", requiresGrad: true);
        Tensor y = layer.Forward(x, training: true);
        (y * golden.Tensor("dy")).sum().backward();
        AssertMasked(golden, golden["y"], golden["dx"]);
        AssertMasked(golden, ArrayConversion.ToNDArray(y), ArrayConversion.ToNDArray(x.grad!));
    }

    private static void AssertMasked(GoldenCase golden, NDArray y, NDArray dx)
    {
        double scale = 1 / (1 - golden.Config["rate"]!.GetValue<double>());
        NDArray mask = (y != 0).astype(np.float32);
        Assert.InRange((double)np.mean(mask), (1 / scale) - 0.12, (1 / scale) + 0.12);
        Near.Relative(golden["x"] * mask * scale, y, Tolerance, "y");
        Near.Relative(golden["dy"] * mask * scale, dx, Tolerance, "dx");
    }

    private static void SetWeights(GoldenCase golden, Layer layer, Tensor x)
    {
        if (layer.IsBuilt)
            return;
        layer.Build(x.shape[1..]);
        string[] names = [.. golden.Json["weights"]!.AsArray().Select(weight => weight!["keras_name"]!.GetValue<string>())];
        Assert.Equal(names, layer.Weights.Select(weight => weight.Name));
        layer.SetWeights([.. names.Select(name => golden["w_" + name])]);
    }

    // Keras' torch backend takes the variance as E[x^2] - E[x]^2 in float32, which loses digits where the mean is large.
    private static double ToleranceOf(GoldenCase golden, string tag) => HasLargeMean(golden) && tag != "_infer0" ? 2e-2 : Tolerance;

    private static bool HasLargeMean(GoldenCase golden) => golden.Path.EndsWith("_largemean", StringComparison.Ordinal);
}
