using System.Runtime.InteropServices;
using System.Text;

namespace CifarVision.Runtime.Natives;

/// <summary>Asks NVIDIA's driver, which is there wherever torch computes with CUDA, for what TorchSharp does not tell. Not run on a card yet.</summary>
internal static unsafe class CudaDriver
{
    private const int Success = 0;
    private const int ComputeCapabilityMajor = 75;

    /// <summary>The name of a card, as <c>NVIDIA A100-SXM4-40GB</c>; null if there is no driver or no such card.</summary>
    /// <param name="index">As in <c>cuda:0</c>; under 0 for the first.</param>
    public static string? DeviceName(int index)
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out nint driver))
            return null;
        var initialize = (delegate* unmanaged<uint, int>)NativeLibrary.GetExport(driver, "cuInit");
        var getDevice = (delegate* unmanaged<int*, int, int>)NativeLibrary.GetExport(driver, "cuDeviceGet");
        var getName = (delegate* unmanaged<byte*, int, int, int>)NativeLibrary.GetExport(driver, "cuDeviceGetName");
        int device;
        byte* name = stackalloc byte[256];
        bool found = initialize(0) == Success && getDevice(&device, Math.Max(0, index)) == Success && getName(name, 256, device) == Success;
        return found ? Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name)) : null;
    }

    /// <summary>Returns the free memory of a card in bytes; 0 where the driver does not tell, so that nothing is kept there.</summary>
    /// <param name="index">As in <c>cuda:0</c>; under 0 for the first.</param>
    public static long FreeBytes(int index)
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out nint driver))
            return 0;
        var initialize = (delegate* unmanaged<uint, int>)NativeLibrary.GetExport(driver, "cuInit");
        var getDevice = (delegate* unmanaged<int*, int, int>)NativeLibrary.GetExport(driver, "cuDeviceGet");
        var retain = (delegate* unmanaged<nint*, int, int>)NativeLibrary.GetExport(driver, "cuDevicePrimaryCtxRetain");
        var release = (delegate* unmanaged<int, int>)NativeLibrary.GetExport(driver, "cuDevicePrimaryCtxRelease_v2");
        var push = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(driver, "cuCtxPushCurrent_v2");
        var pop = (delegate* unmanaged<nint*, int>)NativeLibrary.GetExport(driver, "cuCtxPopCurrent_v2");
        var getMemory = (delegate* unmanaged<nuint*, nuint*, int>)NativeLibrary.GetExport(driver, "cuMemGetInfo_v2");
        int device;
        nint context;
        if (initialize(0) != Success || getDevice(&device, Math.Max(0, index)) != Success || retain(&context, device) != Success)
            return 0;
        nuint free = 0;
        nuint total;
        if (push(context) == Success)
        {
            if (getMemory(&free, &total) != Success)
                free = 0;
            _ = pop(&context);
        }

        _ = release(device);
        return (long)free;
    }

    /// <summary>Returns the major number of a card's compute capability, as 8 for Ampere; null if there is no driver or no such card.</summary>
    /// <param name="index">As in <c>cuda:0</c>; under 0 for the first.</param>
    public static int? ComputeCapability(int index)
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out nint driver))
            return null;
        var initialize = (delegate* unmanaged<uint, int>)NativeLibrary.GetExport(driver, "cuInit");
        var getDevice = (delegate* unmanaged<int*, int, int>)NativeLibrary.GetExport(driver, "cuDeviceGet");
        var getAttribute = (delegate* unmanaged<int*, int, int, int>)NativeLibrary.GetExport(driver, "cuDeviceGetAttribute");
        int device;
        int major = 0;
        bool found = initialize(0) == Success && getDevice(&device, Math.Max(0, index)) == Success && getAttribute(&major, ComputeCapabilityMajor, device) == Success;
        return found ? major : null;
    }
}
