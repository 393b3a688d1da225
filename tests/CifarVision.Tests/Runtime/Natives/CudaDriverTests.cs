using System.Runtime.InteropServices;
using CifarVision.Runtime.Natives;

namespace CifarVision.Tests.Runtime.Natives;

public class CudaDriverTests
{
    [Fact]
    public void DeviceName_NoDriver_IsNull()
    {
        Assert.SkipWhen(NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out _), "there is a driver");

        Assert.Null(CudaDriver.DeviceName(0));
    }

    [Fact]
    public void DeviceName_ACard_IsSaid()
    {
        Assert.SkipUnless(torch.cuda.is_available(), "there is no card");

        Assert.NotEmpty(CudaDriver.DeviceName(0)!);
    }
}
