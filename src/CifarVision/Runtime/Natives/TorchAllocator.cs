using System.Runtime.InteropServices;
using static CifarVision.Runtime.Natives.MachineCode;

namespace CifarVision.Runtime.Natives;

/// <summary>
/// Allocates large CPU tensors from a <see cref="BlockCache"/>: a copy of torch's <c>c10::Allocator</c> (c10/core/Allocator.h) with
/// two functions replaced. If anything is not as expected, torch's allocator stays in place. See docs/native.md.
/// </summary>
/// <remarks>
/// Torch reports a lack of memory by a C++ exception, which must not pass through managed code. So allocate begins with a few instructions of machine code
/// that jump to torch's allocator for small blocks, and for large ones if the cache has no memory.
/// </remarks>
internal static unsafe class TorchAllocator
{
    /// <summary>The smallest tensor, in bytes, that gets a block of the cache.</summary>
    public const int SmallestBlock = 1 << 20;

    // The functions of c10::Allocator in their order: two destructors, allocate, is_simple_data_ptr, raw_deleter, copy_data.
    private const int Functions = 6;
    private const int AllocateIndex = 2;
    private const int RawDeleterIndex = 4;

    // A process has 47 bits of addresses.
    private const ulong AddressSpace = 1UL << 47;

    private static readonly BlockCache Cache = new();
    private static delegate* unmanaged<nint, void> _deleteTorch;

    /// <summary>c10::DataPtr: a std::unique_ptr with its deleter, and the device.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct DataPointer
    {
        public nint Data;
        public nint Deleter;
        public nint Context;
        public sbyte DeviceType;
        public sbyte DeviceIndex;
    }

    /// <summary>The bytes that the cache has mapped.</summary>
    public static long MappedBytes => Cache.MappedBytes;

    /// <summary>Whether the memory at an address is a block of the cache.</summary>
    public static bool Owns(nint address) => Cache.Owns(address);

    /// <summary>Replaces torch's allocator, on Linux x64 only. Torch must be loaded.</summary>
    /// <returns>Whether it was replaced; false, with nothing changed, where torch's allocator is not as expected.</returns>
    public static bool Install()
    {
        if (!MachineCode.IsSupported
            || !NativeFiles.TryLoad(NativeFiles.TorchCore, typeof(torch).Assembly, out nint c10)
            || !NativeLibrary.TryGetExport(c10, "_ZN3c1022GetDefaultCPUAllocatorEv", out nint getDefault)
            || !NativeLibrary.TryGetExport(c10, "_ZN3c1015SetCPUAllocatorEPNS_9AllocatorEh", out nint set)
            || !NativeLibrary.TryGetExport(c10, "_ZN3c1015GetCPUAllocatorEv", out nint getCurrent)
            || !NativeLibrary.TryGetExport(c10, "_ZTVN3c1019DefaultCPUAllocatorE", out nint table))
        {
            return false;
        }

        // Before the functions lie the offset to the whole object and its type.
        nint* torchFunctions = (nint*)table + 2;
        nint torchAllocator = ((delegate* unmanaged<nint>)getDefault)();

        // Another copy of this library, for example in a plug-in, may have replaced it already.
        bool isReplaced = ((delegate* unmanaged<nint>)getCurrent)() != torchAllocator;
        if (isReplaced || *(nint**)torchAllocator != torchFunctions || !HasExpectedLayout(torchAllocator, torchFunctions))
            return false;
        nint code = MakeCode(torchFunctions[AllocateIndex], out nint rawDeleter);
        if (code == 0)
            return false;

        // An object that consists of its function table only. Both live as long as the process.
        nint* functions = (nint*)NativeMemory.Alloc(Functions + 3, (nuint)sizeof(nint));
        new ReadOnlySpan<nint>((nint*)table, Functions + 2).CopyTo(new Span<nint>(functions, Functions + 2));
        functions[2 + AllocateIndex] = code;
        functions[2 + RawDeleterIndex] = rawDeleter;
        nint* allocator = functions + Functions + 2;
        *allocator = (nint)(functions + 2);

        // Compiled and bound now, not during torch's operations.
        DataPointer first = default;
        ((delegate* unmanaged<DataPointer*, nint, ulong, nint>)code)(&first, (nint)allocator, SmallestBlock);
        ((delegate* unmanaged<nint, void>)first.Deleter)(first.Context);
        ((delegate* unmanaged<nint, byte, void>)set)((nint)allocator, 0);
        return true;
    }

    private static bool HasExpectedLayout(nint allocator, nint* functions)
    {
        _deleteTorch = (delegate* unmanaged<nint, void>)((delegate* unmanaged<nint, nint>)functions[RawDeleterIndex])(allocator);
        DataPointer pointer = default;
        nint result = ((delegate* unmanaged<DataPointer*, nint, ulong, nint>)functions[AllocateIndex])(&pointer, allocator, 64);
        bool isExpected = result == (nint)(&pointer) && pointer.Data != 0 && pointer.Context == pointer.Data
            && pointer.Deleter == (nint)_deleteTorch && pointer.DeviceType == 0 && pointer.DeviceIndex == -1;
        if (isExpected)
            _deleteTorch(pointer.Context);
        return isExpected;
    }

    /// <summary>Returns the machine code of allocate(DataPtr* result, Allocator* this, size_t bytes) and of raw_deleter(); 0 if the system does not allow machine code.</summary>
    private static nint MakeCode(nint torchAllocate, out nint rawDeleter)
    {
        byte[] allocate =
        [
            0x48, 0x81, 0xFA, .. Bytes(SmallestBlock),                              // cmp rdx, SmallestBlock
            0x72, 0x1B,                                                             // jb torch
            0x57, 0x56, 0x52,                                                       // push rdi, rsi, rdx: what allocate was called with
            0x48, 0xB8, .. Bytes((nint)(delegate* unmanaged<DataPointer*, nint, ulong, nint>)&Allocate), // mov rax, Allocate
            0xFF, 0xD0,                                                             // call rax
            0x5A, 0x5E, 0x5F,                                                       // pop rdx, rsi, rdi
            0x48, 0x85, 0xC0,                                                       // test rax, rax
            0x74, 0x04,                                                             // jz torch
            0x48, 0x89, 0xF8,                                                       // mov rax, rdi
            0xC3,                                                                   // ret
            0x48, 0xB8, .. Bytes(torchAllocate),                                    // torch: mov rax, torch's allocate
            0xFF, 0xE0,                                                             // jmp rax
        ];
        byte[] deleter =
        [
            0x48, 0xB8, .. Bytes((nint)(delegate* unmanaged<nint, void>)&Delete),   // mov rax, Delete
            0xC3,                                                                   // ret
        ];

        nint code = MachineCode.Place([.. allocate, .. deleter]);
        rawDeleter = code + allocate.Length;
        return code;
    }

    [UnmanagedCallersOnly]
    private static nint Allocate(DataPointer* result, nint allocator, ulong bytes)
    {
        nint block = bytes > AddressSpace ? 0 : Cache.Take((long)bytes);
        if (block == 0)
            return 0;
        *result = new DataPointer { Data = block, Context = block, Deleter = (nint)(delegate* unmanaged<nint, void>)&Delete, DeviceType = 0, DeviceIndex = -1 };
        return 1;
    }

    [UnmanagedCallersOnly]
    private static void Delete(nint block)
    {
        if (block != 0 && !Cache.Give(block))
            _deleteTorch(block);
    }
}
