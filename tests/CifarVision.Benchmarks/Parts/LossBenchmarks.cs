using BenchmarkDotNet.Attributes;
using CifarVision.Losses;
using CifarVision.Runtime;

namespace CifarVision.Benchmarks.Parts;

/// <summary>The losses for ten classes, with the gradient.</summary>
public class LossBenchmarks
{
    private readonly Tensor _output = torch.rand(PartBenchmarks.BatchSize, 10).DetachFromDisposeScope();
    private readonly Tensor _labels = TorchMath.Arange(PartBenchmarks.BatchSize, ScalarType.Int64, torch.CPU).Remainder(10).DetachFromDisposeScope();
    private readonly Tensor _oneHot = torch.eye(10)[TorchMath.Arange(PartBenchmarks.BatchSize, ScalarType.Int64, torch.CPU).Remainder(10)].DetachFromDisposeScope();
    private readonly CategoricalCrossentropy _fromLogits = new(fromLogits: true);
    private readonly CategoricalCrossentropy _smoothed = new(fromLogits: true, labelSmoothing: 0.1);
    private readonly CategoricalCrossentropy _fromProbabilities = new();
    private readonly SparseCategoricalCrossentropy _sparse = new(fromLogits: true);

    [GlobalSetup]
    public void Setup() => _output.requires_grad_();

    [Benchmark]
    public void Categorical() => Differentiate(_fromLogits, _oneHot);

    [Benchmark]
    public void CategoricalWithSmoothing() => Differentiate(_smoothed, _oneHot);

    [Benchmark]
    public void CategoricalFromProbabilities() => Differentiate(_fromProbabilities, _oneHot);

    [Benchmark]
    public void Sparse() => Differentiate(_sparse, _labels);

    private void Differentiate(Loss loss, Tensor truth)
    {
        using var scope = torch.NewDisposeScope();
        Gradients.Of(loss.Call(truth, _output), [_output]);
    }
}
