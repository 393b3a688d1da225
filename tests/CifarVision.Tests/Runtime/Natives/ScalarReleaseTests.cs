using System.Reflection;
using System.Runtime.InteropServices;
using CifarVision.Runtime;
using CifarVision.Runtime.Natives;

namespace CifarVision.Tests.Runtime.Natives;

public unsafe class ScalarReleaseTests
{
    private const int ScalarSize = 32;

    public ScalarReleaseTests()
    {
        Assert.SkipUnless(MachineCode.IsSupported, "Linux on x64 only");
        TorchRuntime.EnsureLoaded();
    }

    [Fact]
    public void Install_Again_ChangesNothing() => Assert.False(ScalarRelease.Install());

    // As TorchSharp's finalizer does it while torch reads the number.
    [Fact]
    public void Dispose_OfANumber_LeavesItToThoseThatStillRead()
    {
        Scalar number = 3.5;
        byte* place = (byte*)Handle(number);
        byte[] before = new ReadOnlySpan<byte>(place, ScalarSize).ToArray();

        number.Dispose();
        nint[] others = [.. Enumerable.Range(0, 100).Select(_ => (nint)NativeMemory.AllocZeroed(ScalarSize))];

        Assert.Equal(before, new ReadOnlySpan<byte>(place, ScalarSize).ToArray());
        foreach (nint other in others)
            NativeMemory.Free((void*)other);
    }

    [Fact]
    public void Dispose_OfMillions_FreesThem()
    {
        Dispose(100_000);
        long before = Environment.WorkingSet;

        Dispose(2_000_000);

        // All of them would be 96 MB.
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 24 << 20);
    }

    [Fact]
    public void Operations_WhileAnotherThreadCollects_GoOn()
    {
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                Thread.Sleep(1);
            }
        });
        collector.Start();
        try
        {
            using Tensor images = torch.zeros(128, 32, 32, 3);
            using Tensor mask = torch.ones(128, 32, 32, 1, dtype: ScalarType.Bool);
            for (int i = 0; i < 500; i++)
            {
                using var scope = torch.NewDisposeScope();
                Assert.Equal(2.0, (images.masked_fill(mask, 0.5) + 1.5)[0, 0, 0, 0].item<float>());
            }
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }

    private static void Dispose(int count)
    {
        for (int i = 0; i < count; i++)
            ((Scalar)1.5).Dispose();
    }

    private static nint Handle(Scalar number) =>
        (nint)typeof(Scalar).GetProperty("Handle", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!.GetValue(number)!;
}
