using BenchmarkDotNet.Attributes;
using CifarVision.Models;

namespace CifarVision.Benchmarks.Parts;

/// <summary>AlexNet's 37 million weights to a file and back, in every format, and the same bytes alone.</summary>
public class SavingBenchmarks
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cifarvision-benchmarks-").FullName;
    private byte[] _bytes = [];
    private Sequential? _model;

    [Params(".keras", ".h5", ".weights.h5", ".safetensors", ".npz")]
    public string Ending { get; set; } = "";

    private string Weights => Path.Combine(_folder, $"model{Ending}");

    private string Raw => Path.Combine(_folder, "raw.bin");

    private bool IsModel => Ending is ".keras" or ".h5";

    [GlobalSetup]
    public void Setup()
    {
        _model = AlexNetBuilder.Create((32, 32, 3), 10);
        Save();
        _bytes = File.ReadAllBytes(Weights);
        WriteBytes();
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_folder, recursive: true);

    [Benchmark]
    public void WriteBytes() => File.WriteAllBytes(Raw, _bytes);

    [Benchmark]
    public void Save()
    {
        if (IsModel)
            _model!.Save(Weights);
        else
            _model!.SaveWeights(Weights);
    }

    [Benchmark]
    public byte[] ReadBytes() => File.ReadAllBytes(Raw);

    [Benchmark]
    public void Load()
    {
        if (IsModel)
            Sequential.Load(Weights).Dispose();
        else
            _model!.LoadWeights(Weights);
    }
}
