using CifarVision.Runtime.Natives;

namespace CifarVision.Runtime;

/// <summary>Resolves <see cref="DTypePolicy.Auto"/> for a device, and warns where bfloat16 brings no speed.</summary>
/// <param name="processor">The instructions that torch uses on the CPU.</param>
/// <param name="output">The writer of warnings.</param>
internal sealed class BFloat16Support(TorchInstructions processor, Func<TextWriter> output)
{
    // The first compute capability of NVIDIA GPUs with bfloat16 instructions: Ampere.
    private const int AmpereComputeCapability = 8;

    private int _warnedOfPrecision;
    private int _warnedOfCaps;

    /// <summary>The instance of this process, which warns on standard error.</summary>
    public static BFloat16Support OfThisProcess { get; } = new(TorchInstructions.OfThisProcess, () => Console.Error);

    /// <summary>Returns the policy of a model, never Auto. Warns once if MixedBFloat16 is no faster on the CPU.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The policy is invalid.</exception>
    public DTypePolicy Resolve(DTypePolicy precision, Device device)
    {
        if (!Enum.IsDefined(precision))
            throw new ArgumentOutOfRangeException(nameof(precision), $"Model: precision must be one of {string.Join(", ", Enum.GetNames<DTypePolicy>())}, but was {precision}.");
        if (device.type == DeviceType.CPU)
            WarnOfIgnoredCaps();
        if (precision == DTypePolicy.Auto)
            return IsFast(device) ? DTypePolicy.MixedBFloat16 : DTypePolicy.Float32;
        if (precision == DTypePolicy.MixedBFloat16 && device.type == DeviceType.CPU && !processor.HasFastBFloat16 && Interlocked.Exchange(ref _warnedOfPrecision, 1) == 0)
        {
            output().WriteLine(
                "Model: precision should be Auto or Float32 on this processor, but was MixedBFloat16, for which torch has no fast instructions here "
                + "(AMX, AMD's AVX512_BF16 or Arm's BF16). Convolutions and matrix products go through float32, which gains no speed. "
                + "Compile with DTypePolicy.Auto.");
        }

        return precision;
    }

    private void WarnOfIgnoredCaps()
    {
        if (Interlocked.Exchange(ref _warnedOfCaps, 1) != 0)
            return;
        foreach (string warning in processor.IgnoredCaps)
            output().WriteLine(warning);
    }

    private bool IsFast(Device device) => device.type switch
    {
        DeviceType.CPU => processor.HasFastBFloat16,
        DeviceType.CUDA => CudaDriver.ComputeCapability(device.index) >= AmpereComputeCapability,
        _ => false,
    };
}
