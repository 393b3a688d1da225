using BenchmarkDotNet.Attributes;
using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Benchmarks.Parts;

/// <summary>The layers that change images at random or resize them, on a batch.</summary>
public class AugmentationBenchmarks
{
    private static readonly Dictionary<string, Func<Layer>> Makers = new()
    {
        ["flip"] = () => new RandomFlip(FlipMode.Horizontal),
        ["shift by whole pixels"] = () => new RandomTranslation(4 / 32.0, 4 / 32.0, FillMode.Constant, Interpolation.Nearest),
        ["shift, bilinear"] = () => new RandomTranslation(0.1, 0.1),
        ["turn"] = () => new RandomRotation(0.05),
        ["zoom"] = () => new RandomZoom(0.1),
        ["contrast"] = () => new RandomContrast(0.2, (0, 1)),
        ["resize"] = () => new Resizing(48, 48),
        ["erase"] = () => new RandomErasing(),
    };

    private readonly Tensor _images = torch.rand(PartBenchmarks.BatchSize, 32, 32, 3).DetachFromDisposeScope();
    private Layer _layer = new Flatten();

    public static IEnumerable<string> Names => Makers.Keys;

    [ParamsSource(nameof(Names))]
    public string Name { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _layer = Makers[Name]();
        _layer.Build((32, 32, 3));
        _layer.Configure(DTypePolicy.Float32, torch.CPU);
    }

    [Benchmark]
    public void Forward()
    {
        using var scope = torch.NewDisposeScope();
        _layer.Forward(_images, training: true);
    }
}
