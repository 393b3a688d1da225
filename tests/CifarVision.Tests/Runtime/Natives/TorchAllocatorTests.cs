using System.Runtime.InteropServices;
using CifarVision.Datasets;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Runtime.Natives;

namespace CifarVision.Tests.Runtime.Natives;

public class TorchAllocatorTests
{
    private const int Large = TorchAllocator.SmallestBlock / sizeof(float);

    public TorchAllocatorTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "Linux on x64 only");
        Assert.SkipWhen(Environment.GetEnvironmentVariable(AllocatorChoice.Variable) == AllocatorChoice.System, "the allocator is turned off");
        TorchRuntime.EnsureLoaded();
    }

    [Fact]
    public void Tensor_Large_IsInTheCache()
    {
        using Tensor tensor = torch.ones(40 * Large);

        Assert.True(TorchAllocator.Owns(Address(tensor)));
        Assert.Equal(40.0 * Large, tensor.sum(ScalarType.Float64).item<double>());
    }

    [Fact]
    public void Tensor_Small_IsTorchsOwn()
    {
        using Tensor tensor = torch.ones(Large - 1);

        Assert.False(TorchAllocator.Owns(Address(tensor)));
    }

    [Theory]
    [InlineData(1L << 44)]
    [InlineData(1L << 50)]
    public void Tensor_MoreThanThereIs_IsTorchsOwnError(long floats)
    {
        ExternalException error = Assert.Throws<ExternalException>(() => torch.empty(floats));

        Assert.Contains("can't allocate memory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tensor_DisposedOnAnotherThread_IsReused()
    {
        Tensor tensor = torch.ones(50 * Large);
        long mapped = TorchAllocator.MappedBytes;
        await Task.Run(tensor.Dispose, TestContext.Current.CancellationToken);

        using Tensor next = torch.ones(50 * Large);

        Assert.Equal(mapped, TorchAllocator.MappedBytes);
    }

    [Fact]
    public void Fit_AfterItsFirstEpoch_MapsNoMoreMemory()
    {
        ImageDataset data = SyntheticImages.Create(train: 1300, test: 1).Train;
        using Sequential model = LeNetBuilder.Create(data.ImageShape, data.ClassCount);
        model.Compile(new SGD(0.01, momentum: 0.9), new CategoricalCrossentropy());

        // The last batch is a smaller one.
        model.Fit(data, batchSize: 512, verbose: 0);
        long mapped = TorchAllocator.MappedBytes;
        model.Fit(data, batchSize: 512, epochs: 4, verbose: 0);

        Assert.NotEqual(0, mapped);
        Assert.Equal(mapped, TorchAllocator.MappedBytes);
    }

    private static nint Address(Tensor tensor)
    {
        unsafe
        {
            fixed (byte* first = tensor.bytes)
                return (nint)first;
        }
    }
}
