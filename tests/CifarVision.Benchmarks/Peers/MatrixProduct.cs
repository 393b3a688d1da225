using CifarVision.Benchmarks.Measuring;
using CifarVision.Runtime;

namespace CifarVision.Benchmarks.Peers;

/// <summary>The product of two large square matrices: as near to the processor's limit as torch comes.</summary>
internal static class MatrixProduct
{
    public static IEnumerable<Figure> Measure(Effort effort)
    {
        // The first use of the runtime brings its allocator, so that the result's memory is not paid for in each call.
        TorchRuntime.SetSeed(1);
        yield return Measure(effort, ScalarType.Float32, "gemm_float32");
        if (TorchInstructions.OfThisProcess.HasFastBFloat16)
            yield return Measure(effort, ScalarType.BFloat16, "gemm_bfloat16");
    }

    private static Figure Measure(Effort effort, ScalarType type, string name)
    {
        using var scope = torch.NewDisposeScope();
        long size = effort.MatrixSize;
        Tensor a = torch.rand(size, size).to(type);
        Tensor b = torch.rand(size, size).to(type);
        double seconds = Measurement.SecondsPerCall(() => torch.mm(a, b).Dispose(), effort);
        return new Figure(name, 2e-9 * size * size * size / seconds, Figure.Gigaflops);
    }
}
