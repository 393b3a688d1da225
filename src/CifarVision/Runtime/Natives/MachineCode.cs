using System.Runtime.InteropServices;

namespace CifarVision.Runtime.Natives;

/// <summary>Instructions for x64 under Linux, where managed code cannot stand: in the midst of a call into torch.</summary>
internal static unsafe partial class MachineCode
{
    // sys/mman.h
    private const int ReadWrite = 3;
    private const int ReadExecute = 5;
    private const int ReadWriteExecute = 7;
    private const int PrivateAnonymous = 0x22;
    private const int PageSize = 4096;

    /// <summary>Whether code can be made here. An assembly that may be unloaded must leave none behind.</summary>
    public static bool IsSupported =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64 && !typeof(MachineCode).Assembly.IsCollectible;

    /// <summary>Puts code, of at most a page, into memory that stays; 0 where no code may be made.</summary>
    public static nint Place(ReadOnlySpan<byte> code)
    {
        nint page = mmap(0, PageSize, ReadWrite, PrivateAnonymous, -1, 0);
        if (page == -1)
            return 0;
        code.CopyTo(new Span<byte>((void*)page, PageSize));
        return mprotect(page, PageSize, ReadExecute) == 0 ? page : 0;
    }

    /// <summary>Lets a function jump to another from its first instruction on.</summary>
    /// <param name="function">The function; no thread may be in it.</param>
    /// <param name="beginning">The bytes it must begin with, as many as the jump takes or more.</param>
    /// <param name="target">Where to jump.</param>
    /// <returns>Whether it does now; false, and nothing changed, where it begins with others or may not be written.</returns>
    public static bool Redirect(nint function, ReadOnlySpan<byte> beginning, nint target)
    {
        byte[] jump = [0x48, 0xB8, .. Bytes(target), 0xFF, 0xE0]; // mov rax, target; jmp rax
        if (jump.Length > beginning.Length || !new ReadOnlySpan<byte>((void*)function, beginning.Length).SequenceEqual(beginning))
            return false;
        nint page = function & -PageSize;
        nuint length = (nuint)(function + jump.Length - page);
        if (mprotect(page, length, ReadWriteExecute) != 0)
            return false;
        jump.CopyTo(new Span<byte>((void*)function, jump.Length));
        _ = mprotect(page, length, ReadExecute);
        return true;
    }

    public static byte[] Bytes(int value) => BitConverter.GetBytes(value);

    public static byte[] Bytes(nint value) => BitConverter.GetBytes((long)value);

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int mprotect(nint address, nuint length, int protection);
}
