using System.Reflection;
using System.Runtime.InteropServices;
using CifarVision.History;
using CifarVision.Runtime;
using CifarVision.Runtime.Natives;

namespace CifarVision.Callbacks;

/// <summary>Collects what is needed to repeat a run and to assess its speed: device, threads, precision, seed, data and versions.</summary>
internal static class RunRecord
{
    private static readonly Lazy<IReadOnlyDictionary<string, string>> Software = new(() => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        [".NET"] = Environment.Version.ToString(),
        ["CifarVision"] = VersionOf(typeof(RunRecord).Assembly),
        ["TorchSharp"] = VersionOf(typeof(torch).Assembly),
        ["libtorch"] = LibtorchVersion.Decode(LibtorchVersion.OfLibrary()) ?? NativeFailure.TorchVersion,
        ["system"] = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}",
    }.AsReadOnly());

    /// <summary>Returns the record of a run that begins.</summary>
    public static TrainingRun Of(TrainingContext context)
    {
        TrainingParameters asked = context.Parameters;
        return new TrainingRun(
            DateTimeOffset.Now,
            DescribeDevice(context),
            TorchRuntime.Threads,
            KerasName(context.Precision),
            SeedOf(context),
            context.Processes,
            asked.BatchSize,
            asked.Samples,
            asked.ValidationSamples,
            Software.Value);
    }

    /// <summary>Returns the device on which the model's weights are.</summary>
    public static Device DeviceOf(TrainingContext context) => context.Model.Weights.Select(weight => weight.Device).FirstOrDefault(TorchRuntime.DefaultDevice);

    /// <summary>Returns the device with the instructions or the card that it uses: <c>CPU (AVX-512, bfloat16)</c>.</summary>
    public static string DescribeDevice(TrainingContext context)
    {
        Device device = DeviceOf(context);
        return device.type switch
        {
            DeviceType.CPU => $"CPU ({string.Join(", ", TorchInstructions.OfThisProcess.Used(context.Precision))})",
            DeviceType.CUDA => CudaDriver.DeviceName(device.index) is { } name ? $"{device} ({name})" : device.ToString(),
            _ => device.ToString(),
        };
    }

    /// <summary>Returns Keras' name of a dtype policy.</summary>
    public static string KerasName(DTypePolicy precision) => precision switch
    {
        DTypePolicy.MixedBFloat16 => "mixed_bfloat16",
        DTypePolicy.Float64 => "float64",
        DTypePolicy.Float32 => "float32",
        _ => throw new ArgumentOutOfRangeException(nameof(precision), $"RunRecord: precision must be resolved, but was {precision}."),
    };

    /// <summary>Returns the seed; that of its first start for a resumed run.</summary>
    public static long SeedOf(TrainingContext context) => context.ResumedFrom is null ? TorchRuntime.Seed : context.Shuffling!.Seed;

    // 0.107.0+1fdfb3ab names the commit, which is of no use to readers.
    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? assembly.GetName().Version?.ToString() ?? "unknown";
}
