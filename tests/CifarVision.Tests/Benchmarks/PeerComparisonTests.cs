using System.Globalization;
using System.Text.Json.Nodes;
using CifarVision.Benchmarks;
using CifarVision.Benchmarks.Measuring;
using CifarVision.Benchmarks.Peers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Benchmarks;

public class PeerComparisonTests
{
    private static readonly Dictionary<string, double> Figures = new()
    {
        ["ours_float32"] = 150,
        ["ours_mixed_bfloat16"] = 330,
        ["ours_mixed_bfloat16_flops"] = 560,
        ["plain_torchsharp"] = 60,
        ["gemm_bfloat16"] = 700,
        ["pytorch_float32"] = 73,
        ["pytorch_bfloat16_malloc"] = 300,
        ["fit_main_thread"] = 297,
        ["fit_bare_step"] = 300,
        ["fit_pool_thread"] = 270,
        ["predict_float32"] = 300,
        ["predict_mixed_bfloat16"] = 900,
        ["predict_onnxruntime"] = 400,
        ["read_files"] = 0.3,
        ["load_files"] = 0.2,
        ["memory_epoch1"] = 1500,
        ["memory_epoch5"] = 1530,
        ["first_step"] = 2.25,
    };

    [Fact]
    public void Measure_Rounds_StartPeersInTurnAndTakeMedians()
    {
        var started = new List<string>();
        var values = new Queue<double>([1, 10, 5, 3, 20, 2, 30]);
        Peer[] peers = [Peer("a"), Peer("b"), Peer("once") with { OnceOnly = true }];
        IReadOnlyList<Summary> summaries = PeerComparison.Measure(
            peers,
            rounds: 3,
            peer =>
            {
                started.Add(peer.Name);
                return [new Figure(peer.Name, values.Dequeue(), "unit")];
            },
            TextWriter.Null);

        Assert.Equal(["a", "b", "once", "a", "b", "a", "b"], started);
        Assert.Equal(
            [new Summary(new Figure("a", 2, "unit"), 1, 3), new Summary(new Figure("b", 20, "unit"), 10, 30), new Summary(new Figure("once", 5, "unit"), 5, 5)],
            summaries);
    }

    [Fact]
    public void Compute_AllFigures_GivesAllRatios()
    {
        IReadOnlyDictionary<string, double> ratios = Ratio.Compute(Figures);

        Assert.Equal(Ratio.All.Select(ratio => ratio.Key), ratios.Keys);
        Near(2.5, ratios["float32_vs_plain"]);
        Near(5.5, ratios["mixed_bfloat16_vs_plain"]);
        Near(0.8, ratios["mixed_bfloat16_vs_gemm"]);
        Near(1.1, ratios["mixed_bfloat16_vs_pytorch"]);
        Near(0.99, ratios["fit_vs_step"]);
        Near(270 / 297.0, ratios["fit_pool_thread_vs_main"]);
        Near(0.75, ratios["predict_float32_vs_onnxruntime"]);
        Near(2.25, ratios["predict_mixed_bfloat16_vs_onnxruntime"]);
        Near(1.5, ratios["read_vs_load"]);
        Near(1.02, ratios["memory_epoch5_vs_epoch1"]);
        Near(2.25, ratios["seconds_to_first_step"]);

        static void Near(double expected, double found) => Assert.Equal(expected, found, 1e-12);
    }

    [Fact]
    public void Compute_WithoutPyTorch_LeavesItsRatioOut()
    {
        var figures = Figures.Where(figure => !figure.Key.StartsWith("pytorch", StringComparison.Ordinal)).ToDictionary();

        Assert.DoesNotContain("mixed_bfloat16_vs_pytorch", Ratio.Compute(figures).Keys);
    }

    [Fact]
    public void Create_WithPyTorch_MeasuresEveryFigureOfTheRatiosButOnce()
    {
        string[] names = [.. PeerList.Create(Effort.Full, data: null, withPyTorch: true, withBFloat16: true).Select(peer => peer.Name)];

        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Equal(4, names.Count(name => name.StartsWith("pytorch_", StringComparison.Ordinal)));
        Assert.Empty(names.Where(name => !name.StartsWith("pytorch_", StringComparison.Ordinal)).Except(Measurements.Names));
    }

    [Fact]
    public void Create_WithoutBFloat16_LeavesItsRowsOut()
    {
        string[] with = [.. PeerList.Create(Effort.Full, data: null, withPyTorch: true, withBFloat16: true).Select(peer => peer.Name)];
        string[] without = [.. PeerList.Create(Effort.Full, data: null, withPyTorch: true, withBFloat16: false).Select(peer => peer.Name)];

        Assert.Equal(["step-mixed-bfloat16", "pytorch_bfloat16", "pytorch_bfloat16_malloc", "predict-mixed-bfloat16"], with.Except(without));
    }

    [Fact]
    public void Create_PeersOfOthers_RunWithoutOurAllocator()
    {
        Peer[] peers = [.. PeerList.Create(Effort.Full, data: null, withPyTorch: true, withBFloat16: true)];
        Peer malloc = peers.Single(peer => peer.Name == "pytorch_float32_malloc");

        Assert.Equal("system", peers.Single(peer => peer.Name == "plain").Environment["CIFARVISION_ALLOCATOR"]);
        Assert.Null(peers.Single(peer => peer.Name == "pytorch_float32").Environment["MALLOC_MMAP_MAX_"]);
        Assert.Equal("0", malloc.Environment["MALLOC_MMAP_MAX_"]);
        Assert.Null(malloc.Environment["OPENBLAS_CORETYPE"]);
        Assert.Empty(peers.Single(peer => peer.Name == "step-float32").Environment);
    }

    [Fact]
    public void ToJson_Report_HasFiguresAndRatios()
    {
        JsonNode json = JsonNode.Parse(Report.ToJson([new Figure("ours_float32", 150.5, Figure.ImagesPerSecond)], Ratio.Compute(Figures)))!;

        Assert.Equal("""[{"name":"ours_float32","value":150.5,"unit":"images/s"}]""", json["figures"]!.ToJsonString());
        Assert.Equal(Ratio.All.Count, json["ratios"]!.AsObject().Count);
        Assert.Equal(["figures", "ratios"], json.AsObject().Select(pair => pair.Key));
    }

    [Fact]
    public void Print_Report_SaysWhichGoalsAreReached()
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        Report.Print(output, [new Summary(new Figure("ours_float32", 150.5, Figure.ImagesPerSecond), 140, 160)], Ratio.Compute(Figures));
        string[] lines = output.ToString().ReplaceLineEndings("\n").Split('\n');

        Assert.Equal("ours_float32     150     140      160  images/s", lines[1]);
        Assert.Contains(lines, line => line.StartsWith("float32_vs_plain", StringComparison.Ordinal) && line.Contains("  goal  ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("memory_epoch5_vs_epoch1", StringComparison.Ordinal) && line.Contains("  least  ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("mixed_bfloat16_vs_gemm", StringComparison.Ordinal) && line.Contains("  NO  ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("peers", "--bogus")]
    [InlineData("measure", "nothing")]
    [InlineData("measure", "matrix-product", "--effort", "huge")]
    public void Run_WrongArguments_IsExitCode2(params string[] args)
    {
        TextWriter before = Console.Error;
        using var errors = new StringWriter(CultureInfo.InvariantCulture);
        Console.SetError(errors);
        try
        {
            Assert.Equal(2, BenchmarkCommands.Run(args));
        }
        finally
        {
            Console.SetError(before);
        }

        Assert.Contains("--help", errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_MatrixProduct_GivesTheFiguresThatTheProcessorCanCompute()
    {
        IReadOnlyList<Figure> figures = Measurements.Run("matrix-product", Effort.Smoke);

        string[] expected = TorchInstructions.OfThisProcess.HasFastBFloat16 ? ["gemm_float32", "gemm_bfloat16"] : ["gemm_float32"];
        Assert.Equal(expected, figures.Select(figure => figure.Name));
        Assert.All(figures, figure => Assert.True(figure.Value > 0));
    }

    [Fact]
    public void Run_Loading_MeasuresFilesAndArchive()
    {
        using var data = new TinyCifar();
        IReadOnlyList<Figure> figures = Measurements.Run("loading", Effort.Smoke, data.Folder);

        Assert.Equal(["read_files", "load_files", "load_archive"], figures.Select(figure => figure.Name));
        Assert.All(figures, figure => Assert.True(figure.Value > 0));
    }

    [Fact]
    public void Run_AProcess_GivesTheFiguresOfItsLastLine()
    {
        IReadOnlyList<Figure> figures = PeerProcess.Run(PeerList.Measurement("loading", Effort.Smoke));

        Assert.Equal(["read_files", "load_files", "load_archive"], figures.Select(figure => figure.Name));
    }

    [Fact]
    public void Run_AProcessThatFails_QuotesWhatItPrinted()
    {
        Peer peer = PeerList.Measurement("loading", Effort.Smoke, ["--data", Path.Combine(Path.GetTempPath(), "no such folder")]);
        var failure = Assert.Throws<InvalidOperationException>(() => PeerProcess.Run(peer));

        Assert.Contains("exit code", failure.Message, StringComparison.Ordinal);
        Assert.Contains("--data must be a folder", failure.Message, StringComparison.Ordinal);
    }

    private static Peer Peer(string name) => new(name, "none", []);
}
