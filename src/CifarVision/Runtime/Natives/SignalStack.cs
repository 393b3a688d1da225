using System.Runtime.InteropServices;

namespace CifarVision.Runtime.Natives;

/// <summary>
/// Enlarges the stack on which a thread handles signals, where torch computes with AMX. After a thread has used AMX, Linux saves 8 KB of tile
/// registers with every signal. .NET's signal stack of 16 KB is then too small: the next null reference in managed code on that thread ends the
/// process with a segmentation fault instead of throwing. See docs/native.md.
/// </summary>
internal static unsafe partial class SignalStack
{
    private const int Bytes = 1 << 16;
    private const int PageSize = 1 << 12;

    // sys/mman.h
    private const int None = 0;
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    [ThreadStatic]
    private static bool _isEnlarged;

    /// <summary>Enlarges the signal stack of the calling thread, once. Does nothing where AMX is not used.</summary>
    public static void Enlarge()
    {
        if (_isEnlarged)
            return;
        _isEnlarged = true;
        if (!OperatingSystem.IsLinux() || !TorchInstructions.OfThisProcess.OneDnnUsesAmx)
            return;

        // A page that must not be touched comes first, as in .NET's own signal stacks, which it unmaps with that page when a thread ends.
        nint memory = mmap(0, PageSize + Bytes, ReadWrite, PrivateAnonymous, -1, 0);
        if (memory == -1 || mprotect(memory, PageSize, None) != 0)
            return;
        var stack = new StackDescription { Address = memory + PageSize, Size = Bytes };
        _ = sigaltstack(&stack, null);
    }

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int mprotect(nint address, nuint length, int protection);

    [LibraryImport("libc")]
    private static partial int sigaltstack(StackDescription* stack, StackDescription* old);

    // signal.h, stack_t.
    private struct StackDescription
    {
        public nint Address;
        public int Flags;
        public nuint Size;
    }
}
