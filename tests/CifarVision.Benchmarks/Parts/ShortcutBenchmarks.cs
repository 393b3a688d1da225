using BenchmarkDotNet.Attributes;
using CifarVision.Layers;
using CifarVision.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Benchmarks.Parts;

/// <summary>What the library does otherwise than one would at first, each beside the plain way. bfloat16, forward and backward.</summary>
public class ShortcutBenchmarks
{
    private readonly Dropout _dropout = new(0.5);
    private readonly Tensor _convolved = Random(PartBenchmarks.BatchSize, 32, 32, 96);
    private readonly Tensor _pooledGradient = Random(PartBenchmarks.BatchSize, 16, 16, 96);
    private readonly Tensor _narrow = Random(PartBenchmarks.BatchSize, 8, 8, 384);
    private readonly Tensor _narrowGradient = Random(PartBenchmarks.BatchSize, 8, 8, 384);
    private readonly Tensor _kernel = Random(384, 3, 3, 384).permute(1, 2, 3, 0);
    private readonly Tensor _features = Random(PartBenchmarks.BatchSize, 4096);
    private readonly Tensor _featureGradient = Random(PartBenchmarks.BatchSize, 4096);

    [GlobalSetup]
    public void Setup()
    {
        _dropout.Build(4096);
        _dropout.Configure(DTypePolicy.MixedBFloat16, torch.CPU);
        _convolved.requires_grad_();
        _narrow.requires_grad_();
        _kernel.requires_grad_();
        _features.requires_grad_();
    }

    [Benchmark(Description = "pool, then ReLU (ours)")]
    public void PoolThenRelu() => Differentiate(_convolved, x => F.relu(Pool(x)), _pooledGradient);

    [Benchmark(Description = "ReLU, then pool (plain)")]
    public void ReluThenPool() => Differentiate(_convolved, x => Pool(F.relu(x)), _pooledGradient);

    [Benchmark(Description = "dropout by RandomStream (ours)")]
    public void OurDropout() => Differentiate(_features, x => _dropout.Forward(x, training: true), _featureGradient);

    [Benchmark(Description = "dropout of torch (plain)")]
    public void TorchDropout() => Differentiate(_features, x => F.dropout(x, 0.5, training: true), _featureGradient);

    /// <summary>The fourth convolution of AlexNet. In rows only where oneDNN uses AMX.</summary>
    [Benchmark(Description = "convolution of narrow images in rows (ours)")]
    public void ConvolutionInRows() => Differentiate(_narrow, x => Convolution.Apply(x, _kernel, null, 1, [1, 1], 1, groups: 1), _narrowGradient, _kernel);

    [Benchmark(Description = "convolution of narrow images (plain)")]
    public void PlainConvolution() => Differentiate(_narrow, x => F.conv2d(x.permute(0, 3, 1, 2), _kernel.permute(3, 2, 0, 1), padding: [1, 1]).permute(0, 2, 3, 1), _narrowGradient, _kernel);

    private static Tensor Pool(Tensor images) => F.max_pool2d(images.permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1);

    private static void Differentiate(Tensor input, Func<Tensor, Tensor> function, Tensor outputGradient, params Tensor[] weights)
    {
        using var scope = torch.NewDisposeScope();
        Gradients.Of(function(input), [input, .. weights], outputGradient);
    }

    private static Tensor Random(params long[] shape)
    {
        using var scope = torch.NewDisposeScope();
        return torch.randn(shape).to(ScalarType.BFloat16).DetachFromDisposeScope();
    }
}
