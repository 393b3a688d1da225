using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Runtime;

/// <summary>The operations that a graphics card runs, run on the CPU: they must draw what the loops for arrays draw.</summary>
public class RandomStreamDeviceTests
{
    private static readonly long[] Sizes = [1, 2, 3, 4, 5, 127, 1024, 1025, 4099];

    private static readonly double[] Rates = [0, 1.0 / 65536, 0.2, 0.5, 0.7, 65535.0 / 65536, 1];

    [Fact]
    public void NextKept_AnySeedCounterSizeAndRate_IsTheMaskOfTheCpu()
    {
        foreach ((RandomStream host, RandomStream device, long size, int number) in Streams())
        {
            using var scope = torch.NewDisposeScope();
            double rate = Rates[number % Rates.Length];
            long[] shape = number % 2 == 0 ? [size] : [size, 1, 3];
            Tensor mask = host.NextMask(shape, rate, ScalarType.Float32, torch.CPU);

            Tensor kept = device.NextKept(shape, rate, torch.CPU);

            Assert.Equal(shape, kept.shape);
            Assert.True(mask.IsNotZero().eq(kept).all().item<bool>(), $"{host.Name} {size} {rate}");
            Assert.Equal(host.Counter, device.Counter);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float64)]
    public void Drop_OnADevice_GivesTheBitsOfTheCpu(ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        Tensor x = new RandomStream(5, "x").DrawNormal(300, 0, 1, torch.CPU).reshape(30, 10).to(type);
        foreach (double rate in Rates)
        {
            Tensor expected = new RandomStream(7, "mask").Drop(x, x.shape, rate);

            Tensor dropped = new RandomStream(7, "mask").DropOnDevice(x, x.shape, rate);

            Assert.Equal(type, dropped.dtype);
            Assert.Equal(expected.bytes.ToArray(), dropped.bytes.ToArray());
        }
    }

    [Fact]
    public void DrawUniform_AnySeedCounterSizeAndRange_HasTheBitsOfTheCpu()
    {
        (double, double)[] ranges = [(0, 1), (-1, 1), (-0.2, 0.3), (5, 5), (-4.5, 4.5), (16777216, 16777217), (1e-30, 1e-29), (0.1, 0.10000001)];
        foreach ((RandomStream host, RandomStream device, long size, int number) in Streams())
        {
            using var scope = torch.NewDisposeScope();
            (double low, double high) = ranges[number % ranges.Length];
            var expected = new float[size];
            host.NextUniform(expected, low, high);

            Tensor drawn = device.DrawUniform(size, low, high, torch.CPU);

            Assert.Equal(Array.ConvertAll(expected, BitConverter.SingleToInt32Bits), Array.ConvertAll(drawn.data<float>().ToArray(), BitConverter.SingleToInt32Bits));
            Assert.Equal(host.Counter, device.Counter);
        }
    }

    [Fact]
    public void DrawNormal_AnySeedCounterAndSize_IsThatOfTheCpuToAMillionth()
    {
        foreach ((RandomStream host, RandomStream device, long size, _) in Streams())
        {
            using var scope = torch.NewDisposeScope();
            var expected = new float[size];
            host.NextNormal(expected, 0.5, 2);

            float[] drawn = device.DrawNormal(size, 0.5, 2, torch.CPU).data<float>().ToArray();

            Assert.All(expected.Zip(drawn), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-6 * Math.Max(1, Math.Abs(pair.First))));
            Assert.Equal(host.Counter, device.Counter);
        }
    }

    // Of seven rows of nine values each: the masks of a part begin in the midst of a word.
    [Theory]
    [InlineData(0, 2)]
    [InlineData(2, 3)]
    [InlineData(5, 2)]
    public void NextKept_RowsOfThisProcess_AreThoseOfTheBatch(int start, int count)
    {
        using var scope = torch.NewDisposeScope();
        var whole = new RandomStream(3, "rows");
        var own = new RandomStream(3, "rows");
        Tensor expected = whole.NextKept([7, 3, 3], 0.4, torch.CPU).narrow(0, start, count);
        using (RowPart.Begin(new RowPart(start, count, 7)))
            Assert.True(own.NextKept([count, 3, 3], 0.4, torch.CPU).eq(expected).all().item<bool>());
        Assert.Equal(whole.Counter, own.Counter);
    }

    [Fact]
    public void NextBits_WhereTheIndexPassesTheGreatestInteger_AreTheSame()
    {
        // The device counts in int64 from a number that depends on seed and name: place the stream just before the greatest.
        using var scope = torch.NewDisposeScope();
        const long Before = 10;
        RandomStream device = Enumerable.Range(0, 100).Select(seed => new RandomStream(seed, "wrap")).First(stream => stream.NextIndex > 0);
        device.Counter = long.MaxValue - device.NextIndex - Before;
        RandomStream host = device.Copy();
        var expected = new float[2 * Before];
        host.NextUniform(expected);

        Assert.Equal(expected, device.DrawUniform(2 * Before, 0, 1, torch.CPU).data<float>().ToArray());
    }

    // Besides, the numbers 0, 1, 2, ... are made once or twice.
    [Fact]
    public void Draws_OnADevice_TakeAtMostFifteenElementwiseOperations()
    {
        using var scope = torch.NewDisposeScope();
        var random = new RandomStream(1, "count");

        AssertElementwise(15, () => random.NextKept([1000], 0.5, torch.CPU));
        AssertElementwise(15, () => random.DrawUniform(1000, -1, 1, torch.CPU));
    }

    private static void AssertElementwise(int expected, Action draw)
    {
        string[] names = [.. RecordedCalls.Of(draw).Kernels.Where(name => name is not "aten::arange")];
        Assert.True(names.Length == expected, string.Join(' ', names));
    }

    private static IEnumerable<(RandomStream Host, RandomStream Device, long Size, int Number)> Streams()
    {
        int number = 0;
        foreach (long seed in (long[])[0, 1, -1, 42, long.MaxValue, long.MinValue, 123456789])
        {
            foreach (long counter in (long[])[0, 1, 1000, int.MaxValue, 1L << 40, long.MaxValue - 100_000])
            {
                foreach (long size in Sizes)
                {
                    var host = new RandomStream(seed, $"stream{number}") { Counter = counter };
                    yield return (host, host.Copy(), size, number++);
                }
            }
        }
    }
}
