namespace CifarVision.Runtime.Natives;

/// <summary>Decides whether torch's tensors get their memory from <see cref="TorchAllocator"/> or, as without this library, from the system.</summary>
internal static class AllocatorChoice
{
    /// <summary>The environment variable that, set to <c>system</c>, leaves torch's allocator alone.</summary>
    public const string Variable = "CIFARVISION_ALLOCATOR";

    /// <summary>The name of torch's own allocator, in the run header and as a value of <see cref="Variable"/>.</summary>
    public const string System = "system";

    /// <summary>The name of <see cref="TorchAllocator"/> in the run header.</summary>
    public const string BlockCache = "block cache";

    /// <summary>The libtorch version <see cref="TorchAllocator"/> was written for, as aoti_torch_abi_version encodes it: major, minor, patch.</summary>
    private const ulong KnownVersion = 0x02_0A_00;

    /// <summary>Whether the variable asks for the block cache, which is the default.</summary>
    /// <exception cref="InvalidOperationException">The value is unknown.</exception>
    public static bool WantsBlockCache(string? value) => value switch
    {
        null or "" => true,
        System => false,
        _ => throw new InvalidOperationException($"TorchRuntime: {Variable} must be '{System}' or unset, but was '{value}'. Unset it for the block cache, or set it to '{System}'."),
    };

    /// <summary>Installs the block cache if it is wanted and torch is what it was written for. Torch must be loaded.</summary>
    /// <param name="wantsBlockCache">The result of <see cref="WantsBlockCache"/>.</param>
    /// <param name="output">Takes a warning if libtorch is another version.</param>
    /// <returns>The allocator in use: <see cref="System"/> or <see cref="BlockCache"/>.</returns>
    public static string Apply(bool wantsBlockCache, TextWriter output)
    {
        if (!wantsBlockCache || !MachineCode.IsSupported || !IsKnown(LibtorchVersion.OfLibrary(), output))
            return System;
        return TorchAllocator.Install() ? BlockCache : System;
    }

    /// <summary>Whether the block cache may be used with a version of libtorch; writes a warning if not.</summary>
    /// <param name="version">As aoti_torch_abi_version gives it: a byte each for major, minor and patch, then five others. 0 if unknown.</param>
    /// <param name="output">Takes the warning.</param>
    public static bool IsKnown(ulong version, TextWriter output)
    {
        if (version >> 40 == KnownVersion)
            return true;
        output.WriteLine(
            $"TorchRuntime: the version of libtorch should be {NativeFailure.TorchVersion}, but was {LibtorchVersion.Decode(version) ?? "unknown"}. Tensors get their memory from the system, which is slower. "
            + $"Reference libtorch {NativeFailure.TorchVersion}, or set {Variable}={System} to accept this.");
        return false;
    }
}
