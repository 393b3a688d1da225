using CifarVision.Runtime;

namespace CifarVision.Tests.Runtime;

public sealed class TorchRuntimeTests : IDisposable
{
    private readonly torch.Device _device = TorchRuntime.DefaultDevice;
    private readonly int _threads = TorchRuntime.Threads;

    public void Dispose()
    {
        TorchRuntime.DefaultDevice = _device;
        TorchRuntime.Threads = _threads;
        TorchRuntime.AllowTF32 = false;
    }

    [Fact]
    public void DefaultDevice_Unset_IsCudaIfThereIsOne() =>
        Assert.Equal(torch.cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU, TorchRuntime.DefaultDevice.type);

    [Fact]
    public void DefaultDevice_Set_IsUsed()
    {
        TorchRuntime.DefaultDevice = torch.META;

        Assert.Equal(DeviceType.META, TorchRuntime.DefaultDevice.type);
    }

    [Fact]
    public void DefaultDevice_SetToNull_Throws() => Assert.Throws<ArgumentNullException>(() => TorchRuntime.DefaultDevice = null!);

    [Fact]
    public void Threads_Set_IsWhatTorchUses()
    {
        TorchRuntime.Threads = 1;

        Assert.Equal(1, torch.get_num_threads());
        Assert.Equal(1, TorchRuntime.Threads);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-2)]
    public void Threads_UnderOne_Throws(int value)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => TorchRuntime.Threads = value);

        Assert.StartsWith($"TorchRuntime: Threads must be at least 1, but was {value}.", error.Message);
    }

    [Fact]
    public void AllowTF32_Unset_IsOffForProductsAndConvolutions()
    {
        Assert.False(TorchRuntime.AllowTF32);
        Assert.False(torch.backends.cuda.matmul.allow_tf32);
        Assert.False(torch.backends.cudnn.allow_tf32);
    }

    [Fact]
    public void AllowTF32_Set_HoldsForProductsAndConvolutions()
    {
        TorchRuntime.AllowTF32 = true;

        Assert.True(TorchRuntime.AllowTF32);
        Assert.True(torch.backends.cuda.matmul.allow_tf32);
        Assert.True(torch.backends.cudnn.allow_tf32);
    }

    [Fact]
    public void SetSeed_IsTheSeed()
    {
        TorchRuntime.SetSeed(-7);

        Assert.Equal(-7, TorchRuntime.Seed);
    }
}
