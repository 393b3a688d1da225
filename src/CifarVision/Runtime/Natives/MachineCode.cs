using System.Runtime.InteropServices;

namespace CifarVision.Runtime.Natives;

/// <summary>x64 machine code for Linux, for code paths where managed code must not run.</summary>
internal static unsafe partial class MachineCode
{
    // sys/mman.h
    private const int ReadWrite = 3;
    private const int ReadExecute = 5;
    private const int PrivateAnonymous = 0x22;
    private const int PageSize = 4096;

    /// <summary>Whether machine code can be created here. A collectible assembly must leave none behind.</summary>
    public static bool IsSupported =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64 && !typeof(MachineCode).Assembly.IsCollectible;

    /// <summary>Copies code of at most one page into executable memory that is never freed; 0 if the system does not allow it.</summary>
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
