using CifarVision.Runtime;
using CifarVision.Runtime.Natives;

namespace CifarVision.Callbacks.Progress;

/// <summary>Formats one line with everything needed to repeat a run and to assess its speed: device, threads, allocator, precision, seed and data.</summary>
internal static class RunHeader
{
    /// <summary>
    /// For example <c>CPU (AVX-512, bfloat16), 2 threads, allocator: block cache, mixed_bfloat16, seed 42; 45,000 images of 32x32x3, validating on 5,000</c>.
    /// </summary>
    public static string Of(TrainingContext context)
    {
        TrainingParameters asked = context.Parameters;
        string data = FormattableString.Invariant($"{asked.Samples:N0} {Samples(context)} of {string.Join('x', context.Model.InputShape.Dims.ToArray())}");
        string validation = asked.ValidationSamples > 0 ? FormattableString.Invariant($", validating on {asked.ValidationSamples:N0}") : "";
        Device device = context.Model.Weights.Select(weight => weight.Device).FirstOrDefault(TorchRuntime.DefaultDevice);
        // A resumed run has the seed of its first start.
        long seed = context.ResumedFrom is null ? TorchRuntime.Seed : context.Shuffling!.Seed;
        string allocator = device.type == DeviceType.CPU ? $", allocator: {TorchRuntime.Allocator}" : "";
        return FormattableString.Invariant(
            $"{Describe(device, context.Precision)}, {Count(TorchRuntime.Threads, "thread")}{allocator}, {KerasName(context.Precision)}, seed {seed}; {data}{validation}");
    }

    /// <summary>The noun for samples.</summary>
    public static string Samples(TrainingContext context) => context.Model.InputShape.Rank == 3 ? "images" : "samples";

    private static string Describe(Device device, DTypePolicy precision) => device.type switch
    {
        DeviceType.CPU => $"CPU ({string.Join(", ", TorchInstructions.OfThisProcess.Used(precision))})",
        DeviceType.CUDA => CudaDriver.DeviceName(device.index) is { } name ? $"{device} ({name})" : device.ToString(),
        _ => device.ToString(),
    };

    private static string KerasName(DTypePolicy precision) => precision switch
    {
        DTypePolicy.MixedBFloat16 => "mixed_bfloat16",
        DTypePolicy.Float64 => "float64",
        DTypePolicy.Float32 => "float32",
        _ => throw new ArgumentOutOfRangeException(nameof(precision), $"RunHeader: precision must be resolved, but was {precision}."),
    };

    private static string Count(int number, string what) => FormattableString.Invariant($"{number} {what}{(number == 1 ? "" : "s")}");
}
