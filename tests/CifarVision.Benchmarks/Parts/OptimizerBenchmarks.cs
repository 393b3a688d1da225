using BenchmarkDotNet.Attributes;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Benchmarks.Parts;

/// <summary>One update of AlexNet's 37 million weights.</summary>
public class OptimizerBenchmarks
{
    private Weight[] _weights = [];
    private Tensor[] _gradients = [];
    private Optimizer _optimizer = new SGD();

    [Params("SGD", "SGD with Nesterov's momentum", "the fast recipe's SGD", "Adam")]
    public string Rule { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        // Rates so small that no run of any length overflows.
        _optimizer = Rule switch
        {
            "SGD" => new SGD(1e-9),
            "SGD with Nesterov's momentum" => new SGD(1e-9, momentum: 0.9, nesterov: true),
            "the fast recipe's SGD" => TrainingRecipe.Fast(epochs: 1000).CreateOptimizer(50_000),
            _ => new Adam(1e-9),
        };
        _weights = [.. AlexNetBuilder.Create((32, 32, 3), 10).Weights.Where(weight => weight.Trainable)];
        using var noGrad = torch.no_grad();
        _gradients = [.. _weights.Select(weight => torch.zeros_like(weight.Value).DetachFromDisposeScope())];
    }

    [Benchmark]
    public void Apply() => _optimizer.Apply(_weights, _gradients);
}
