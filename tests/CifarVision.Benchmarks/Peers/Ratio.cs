namespace CifarVision.Benchmarks.Peers;

/// <summary>A number that is compared, since a machine's own speed drops out of it; computed from the medians.</summary>
/// <param name="Key">In the JSON file.</param>
/// <param name="Meaning">For the table.</param>
/// <param name="Goal">What to reach.</param>
/// <param name="Least">What must be reached.</param>
/// <param name="Of">The number, from the figures by name.</param>
/// <param name="SmallerIsBetter">Whether goal and least are upper bounds.</param>
internal sealed record Ratio(string Key, string Meaning, double Goal, double Least, Func<IReadOnlyDictionary<string, double>, double?> Of, bool SmallerIsBetter = false)
{
    public static IReadOnlyList<Ratio> All { get; } =
    [
        new("float32_vs_plain", "float32 against the plain TorchSharp loop", 2.5, 2.2, Quotient("ours_float32", "plain_torchsharp")),
        new("mixed_bfloat16_vs_plain", "mixed_bfloat16 against the plain TorchSharp loop", 5.5, 4.8, Quotient("ours_mixed_bfloat16", "plain_torchsharp")),
        new("mixed_bfloat16_vs_gemm", "mixed_bfloat16 against a large matrix product, in FLOP/s", 0.90, 0.82, Quotient("ours_mixed_bfloat16_flops", "gemm_bfloat16")),
        new("mixed_bfloat16_vs_pytorch", "mixed_bfloat16 against the fastest PyTorch", 1.15, 1.05, AgainstPyTorch),
        new("fit_vs_step", "Fit against the bare step", 0.99, 0.97, Quotient("fit_main_thread", "fit_bare_step")),
        new("fit_pool_thread_vs_main", "Fit on a pool thread against the main thread", 0.97, 0.92, Quotient("fit_pool_thread", "fit_main_thread")),
        new("predict_float32_vs_onnxruntime", "Predict in float32 against ONNX Runtime", 1.0, 0.9, Quotient("predict_float32", "predict_onnxruntime")),
        new("predict_mixed_bfloat16_vs_onnxruntime", "Predict in mixed_bfloat16 against ONNX Runtime", 2.5, 2.0, Quotient("predict_mixed_bfloat16", "predict_onnxruntime")),
        new("read_vs_load", "time to read the six files against time to load them", 1.5, 1.0, Quotient("read_files", "load_files")),
        new("memory_epoch5_vs_epoch1", "memory after epoch 5 against epoch 1", 1.00, 1.02, Quotient("memory_epoch5", "memory_epoch1"), SmallerIsBetter: true),
        new("seconds_to_first_step", "seconds from process start to the first step", 2.5, 4, figures => Value(figures, "first_step"), SmallerIsBetter: true),
    ];

    /// <summary>All that the figures allow, by key.</summary>
    public static IReadOnlyDictionary<string, double> Compute(IReadOnlyDictionary<string, double> figures)
    {
        var ratios = new OrderedDictionary<string, double>();
        foreach (Ratio ratio in All)
        {
            if (ratio.Of(figures) is { } value)
                ratios[ratio.Key] = value;
        }

        return ratios;
    }

    /// <summary>Whether a bound is kept.</summary>
    public bool Reaches(double value, double bound) => SmallerIsBetter ? value <= bound : value >= bound;

    private static Func<IReadOnlyDictionary<string, double>, double?> Quotient(string over, string under) =>
        figures => Value(figures, over) / Value(figures, under);

    private static double? AgainstPyTorch(IReadOnlyDictionary<string, double> figures)
    {
        double[] rows = [.. figures.Where(figure => figure.Key.StartsWith("pytorch_", StringComparison.Ordinal)).Select(figure => figure.Value)];
        return rows.Length == 0 ? null : Value(figures, "ours_mixed_bfloat16") / rows.Max();
    }

    private static double? Value(IReadOnlyDictionary<string, double> figures, string name) => figures.TryGetValue(name, out double value) ? value : null;
}
