using BenchmarkDotNet.Attributes;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;

namespace CifarVision.Benchmarks.Parts;

/// <summary>Each layer of AlexNet at its place in the network: forward, and forward with gradients.</summary>
public class LayerBenchmarks
{
    private Layer _layer = new Flatten();
    private Tensor? _input;
    private Tensor? _outputGradient;
    private Tensor[] _differentiated = [];

    [Params(DTypePolicy.Float32, DTypePolicy.MixedBFloat16)]
    public DTypePolicy Precision { get; set; }

    [Params("conv2d", "conv2d_1", "conv2d_2", "conv2d_3", "conv2d_4", "max_pooling2d", "batch_normalization", "dense", "dropout")]
    public string Name { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        using var scope = torch.NewDisposeScope();
        _layer = AlexNetBuilder.Create((32, 32, 3), 10).GetLayer(Name);
        _layer.Configure(Precision, torch.CPU);
        ScalarType type = Precision == DTypePolicy.MixedBFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        _input = torch.rand(_layer.InputShape.WithBatch(PartBenchmarks.BatchSize)).to(type).DetachFromDisposeScope();
        _outputGradient = torch.rand(_layer.OutputShape.WithBatch(PartBenchmarks.BatchSize)).to(type).DetachFromDisposeScope();

        // The first layer's input is the images, whose gradient nobody needs.
        Tensor[] weights = [.. _layer.Weights.Where(weight => weight.Trainable).Select(weight => weight.Value)];
        _differentiated = Name == "conv2d" ? weights : [_input.requires_grad_(), .. weights];
    }

    [Benchmark]
    public void Forward()
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        _layer.Forward(_input!, training: true);
    }

    [Benchmark]
    public void ForwardAndGradients()
    {
        using var scope = torch.NewDisposeScope();
        Gradients.Of(_layer.Forward(_input!, training: true), _differentiated, _outputGradient);
    }
}
