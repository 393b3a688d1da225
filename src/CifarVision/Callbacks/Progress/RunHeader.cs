using CifarVision.Runtime;

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
        string allocator = RunRecord.DeviceOf(context).type == DeviceType.CPU ? $", allocator: {TorchRuntime.Allocator}" : "";
        return FormattableString.Invariant(
            $"{RunRecord.DescribeDevice(context)}, {Count(TorchRuntime.Threads, "thread")}{allocator}, {RunRecord.KerasName(context.Precision)}, seed {RunRecord.SeedOf(context)}; {data}{validation}");
    }

    /// <summary>The noun for samples.</summary>
    public static string Samples(TrainingContext context) => context.Model.InputShape.Rank == 3 ? "images" : "samples";

    private static string Count(int number, string what) => FormattableString.Invariant($"{number} {what}{(number == 1 ? "" : "s")}");
}
