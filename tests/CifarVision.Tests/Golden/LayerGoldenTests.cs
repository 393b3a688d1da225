using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Golden;

/// <summary>Every layer against real Keras: outputs, gradients of sum(y * dy), weights after a training call.</summary>
public class LayerGoldenTests
{
    public static TheoryData<string, DTypePolicy> Cases => GoldenCase.In("layers");

    public static TheoryData<string, DTypePolicy> Convolutions => GoldenCase.In("convolution");

    public static TheoryData<string, DTypePolicy> Normalizations => GoldenCase.In("normalization");

    public static TheoryData<string, DTypePolicy> Reshapings => GoldenCase.In("reshaping");

    public static TheoryData<string, DTypePolicy> Resizings => GoldenCase.In("resizing");

    [Theory]
    [MemberData(nameof(Cases))]
    [MemberData(nameof(Convolutions))]
    [MemberData(nameof(Normalizations))]
    [MemberData(nameof(Reshapings))]
    [MemberData(nameof(Resizings))]
    public void Layer_CaseOfKeras_GivesItsNumbers(string path, DTypePolicy precision)
    {
        using var scope = torch.NewDisposeScope();
        GoldenCase golden = GoldenCase.Load(path, precision);
        Layer layer = LayerFactory.FromConfig(golden.ClassName, golden.Config);
        layer.Configure(precision, TorchRuntime.DefaultDevice);
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

    public static TheoryData<string> SingleCalls => [.. new[] { "layers", "convolution", "normalization", "reshaping", "resizing" }.SelectMany(folder => GoldenCase.PathsIn(folder)).Where(IsSingleCall)];

    /// <summary>bfloat16 has eight bits, so a result may be off by as much as in <see cref="LayerContract"/>: 0.02 of the largest value, 0.05 in gradients.</summary>
    [Theory]
    [MemberData(nameof(SingleCalls))]
    public void Layer_InMixedBFloat16_IsNearKerasNumbers(string path)
    {
        using var scope = torch.NewDisposeScope();
        GoldenCase golden = GoldenCase.Load(path);
        Layer layer = LayerFactory.FromConfig(golden.ClassName, golden.Config);
        layer.Configure(DTypePolicy.MixedBFloat16, TorchRuntime.DefaultDevice);
        Tensor x = golden.Tensor("x", requiresGrad: true);
        SetWeights(golden, layer, x);
        Tensor y = layer.Forward(x, golden.Json["training"]!.GetValue<bool>());
        (y * golden.Tensor("dy")).sum().backward();
        Near.Relative(golden.Expected("y"), y.to(ScalarType.Float32), 0.02, "y");
        // Where rounding moves a value over the kink of a relu, or makes two values of a window equal, the gradient is another one.
        if (golden.ClassName.StartsWith("MaxPooling", StringComparison.Ordinal) || golden.Config["activation"]?.ToString() == "relu")
            return;
        Near.Relative(golden.Expected("dx"), x.grad!, 0.05, "dx");
        foreach (Weight weight in layer.Weights.Where(weight => weight.Trainable))
            Near.Relative(golden.Expected($"d_{weight.Name}"), weight.Value.grad!, 0.05, weight.Name);
    }

    // The inputs of largemean have a standard deviation of 2 units of bfloat16's last place.
    private static bool IsSingleCall(string path) => GoldenCase.Load(path).Json["kind"]!.GetValue<string>() == "layer"
        && !path.EndsWith("_sample", StringComparison.Ordinal) && !path.EndsWith("_largemean", StringComparison.Ordinal);

    private static void CheckSteps(GoldenCase golden, Layer layer)
    {
        int steps = golden.Json["steps"]!.GetValue<int>();
        CheckCall(golden, layer, training: false, "_infer0");
        for (int step = 1; step <= steps; step++)
        {
            CheckCall(golden, layer, training: true, $"_train{step}");
            golden.AssertNear($"moving_mean_after{step}", layer.Weights[^2].Value);
            golden.AssertNear($"moving_variance_after{step}", layer.Weights[^1].Value);
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
        Assert.Equal(golden.Type, y.dtype);
        golden.AssertNear("y" + tag, y);
        golden.AssertNear("dx" + tag, x.grad!);
        foreach (Weight weight in layer.Weights.Where(weight => weight.Trainable))
        {
            golden.AssertNear($"d_{weight.Name}{tag}", weight.Value.grad!);
            weight.Value.grad = null;
        }
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
        NDArray mask = (y != 0).astype(np.float64);
        Assert.InRange((double)np.mean(mask), (1 / scale) - 0.12, (1 / scale) + 0.12);
        golden.AssertNear("y", golden["x"].astype(np.float64) * mask * scale, y);
        golden.AssertNear("dx", golden["dy"].astype(np.float64) * mask * scale, dx);
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
}
