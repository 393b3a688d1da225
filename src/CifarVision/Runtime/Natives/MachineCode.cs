using System.Runtime.InteropServices;

namespace CifarVision.Runtime.Natives;

/// <summary>Instructions for x64 under Linux, where managed code cannot stand: in the midst of a call into torch.</summary>
internal static unsafe partial class MachineCode
{
    // sys/mman.h
    private const int ReadWrite = 3;
    private const int ReadExecute = 5;
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

    public static byte[] Bytes(int value) => BitConverter.GetBytes(value);

    public static byte[] Bytes(nint value) => BitConverter.GetBytes((long)value);

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int mprotect(nint address, nuint length, int protection);
}
