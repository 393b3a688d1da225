using System.Runtime.InteropServices;
using static CifarVision.Runtime.Natives.MachineCode;

namespace CifarVision.Runtime.Natives;

/// <summary>Frees numbers that were given to torch later than TorchSharp does.</summary>
/// <remarks>
/// TorchSharp hands torch a pointer into a <see cref="Scalar"/> and lets go of the object, in <c>a + b</c> too, which adds once b. A garbage collection
/// by any thread then frees the number while torch may still read it: an error that says "Expected false to be true", or another number.
/// Here the function that frees waits until 65,536 others have come after, far more than are made while one call lasts.
/// </remarks>
internal static unsafe class ScalarRelease
{
    private const int Waiting = 1 << 16;

    /// <summary>THSTorch_dispose_scalar as TorchSharp 0.107 has it, up to where a jump fits.</summary>
    private static ReadOnlySpan<byte> Beginning => [0x48, 0x85, 0xFF, 0x74, 0x2D, 0x8B, 0x07, 0x83, 0xC0, 0xFB, 0x83, 0xF8];

    /// <summary>Whether numbers are freed later from now on. Not where TorchSharp's function is another, and only on Linux x64.</summary>
    public static bool Install()
    {
        if (!MachineCode.IsSupported
            || !NativeFiles.TryLoad(NativeFiles.Bridge, typeof(torch).Assembly, out nint bridge)
            || !NativeLibrary.TryGetExport(bridge, "THSTorch_dispose_scalar", out nint dispose)
            || !NativeLibrary.TryGetExport(bridge, "_ZdlPv", out nint delete))
        {
            return false;
        }

        nint code = MachineCode.Place(Code(delete));
        return code != 0 && MachineCode.Redirect(dispose, Beginning, code);
    }

    /// <summary>void dispose(Scalar*): changes places with the one that has waited longest, and deletes that.</summary>
    private static byte[] Code(nint delete)
    {
        // The ring, and behind it how many have come. Both live as long as the process.
        nint ring = (nint)NativeMemory.AllocZeroed(Waiting + 1, (nuint)sizeof(nint));
        return
        [
            0xB8, .. Bytes(1),                                                      // mov eax, 1
            0x48, 0xB9, .. Bytes(ring + (Waiting * sizeof(nint))),                  // mov rcx, count
            0xF0, 0x48, 0x0F, 0xC1, 0x01,                                           // lock xadd [rcx], rax
            0x25, .. Bytes(Waiting - 1),                                            // and eax, Waiting - 1
            0x48, 0xB9, .. Bytes(ring),                                             // mov rcx, ring
            0x48, 0x87, 0x3C, 0xC1,                                                 // xchg [rcx + rax * 8], rdi
            0x48, 0xB8, .. Bytes(delete),                                           // mov rax, operator delete, which takes null too
            0xFF, 0xE0,                                                             // jmp rax
        ];
    }
}
