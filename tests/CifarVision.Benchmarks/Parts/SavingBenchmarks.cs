using BenchmarkDotNet.Attributes;
using CifarVision.Models;

namespace CifarVision.Benchmarks.Parts;

/// <summary>AlexNet's 37 million weights to a file and back.</summary>
public class SavingBenchmarks
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cifarvision-benchmarks-").FullName;
    private Sequential? _model;

    private string Weights => Path.Combine(_folder, "weights.npz");

    [GlobalSetup]
    public void Setup()
    {
        _model = AlexNetBuilder.Create((32, 32, 3), 10);
        _model.SaveWeights(Weights);
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_folder, recursive: true);

    [Benchmark]
    public void SaveWeights() => _model!.SaveWeights(Weights);

    [Benchmark]
    public void LoadWeights() => _model!.LoadWeights(Weights);
}
