using BenchmarkDotNet.Attributes;
using CifarVision.Layers;
using CifarVision.Runtime;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Benchmarks.Parts;

/// <summary>What the library does otherwise than one would at first, each beside the plain way. bfloat16, forward and backward.</summary>
public class ShortcutBenchmarks
{
    private readonly Dropout _dropout = new(0.5);
    private readonly Tensor _convolved = Random(PartBenchmarks.BatchSize, 96, 32, 32);
    private readonly Tensor _pooledGradient = Random(PartBenchmarks.BatchSize, 96, 16, 16);
    private readonly Tensor _features = Random(PartBenchmarks.BatchSize, 4096);
    private readonly Tensor _featureGradient = Random(PartBenchmarks.BatchSize, 4096);

    [GlobalSetup]
    public void Setup()
    {
        _dropout.Build(4096);
        _dropout.Configure(DTypePolicy.MixedBFloat16, torch.CPU);
        _convolved.requires_grad_();
        _features.requires_grad_();
    }

    [Benchmark(Description = "pool, then ReLU (ours)")]
    public void PoolThenRelu() => Differentiate(_convolved, x => F.relu(F.max_pool2d(x, 2)), _pooledGradient);

    [Benchmark(Description = "ReLU, then pool (plain)")]
    public void ReluThenPool() => Differentiate(_convolved, x => F.max_pool2d(F.relu(x), 2), _pooledGradient);

    [Benchmark(Description = "dropout by RandomStream (ours)")]
    public void OurDropout() => Differentiate(_features, x => _dropout.Forward(x, training: true), _featureGradient);

    [Benchmark(Description = "dropout of torch (plain)")]
    public void TorchDropout() => Differentiate(_features, x => F.dropout(x, 0.5, training: true), _featureGradient);

    private static void Differentiate(Tensor input, Func<Tensor, Tensor> function, Tensor outputGradient)
    {
        using var scope = torch.NewDisposeScope();
        torch.autograd.grad([function(input)], [input], [outputGradient]);
    }

    // Images in torch's channels_last, as everywhere in the library.
    private static Tensor Random(params long[] shape)
    {
        using var scope = torch.NewDisposeScope();
        Tensor tensor = shape is [var n, var c, var h, var w] ? torch.randn(n, h, w, c).permute(0, 3, 1, 2) : torch.randn(shape);
        return tensor.to(ScalarType.BFloat16).DetachFromDisposeScope();
    }
}
