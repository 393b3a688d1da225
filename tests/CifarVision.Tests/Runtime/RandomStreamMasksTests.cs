using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Runtime;

public class RandomStreamMasksTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(5000)]
    [InlineData(20000)]
    public void NextMask_AnyLength_IsTheComparisonOfSixteenBits(int length)
    {
        using var scope = torch.NewDisposeScope();
        var words = new ulong[(length + 3) / 4];
        new RandomStream(7, "mask").NextBits(words);
        int dropped = (int)Math.Round(0.3 * 65536);
        float[] expected = [.. Enumerable.Range(0, length).Select(i => (ushort)(words[i / 4] >> (16 * (i % 4))) < dropped ? 0 : (float)(1 / 0.7))];
        var random = new RandomStream(7, "mask");

        Tensor mask = random.NextMask([length], 0.3, ScalarType.Float32, torch.CPU);

        Assert.Equal(expected, mask.data<float>().ToArray());
        Assert.Equal(words.Length, random.Counter);
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void NextMask_OtherTypes_DropTheSame(ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        Tensor expected = new RandomStream(7, "mask").NextMask([33, 37], 0.3, ScalarType.Float32, torch.CPU);

        Tensor mask = new RandomStream(7, "mask").NextMask([33, 37], 0.3, type, torch.CPU);

        Assert.Equal(type, mask.dtype);
        Assert.True(mask.IsNotZero().equal(expected.IsNotZero()).all().item<bool>());
        Near.Relative(ArrayConversion.ToNDArray(expected), mask, type == ScalarType.BFloat16 ? 1.0 / 256 : 1e-7);
    }

    [Fact]
    public void NextMask_BFloat16_RoundsToTheNearest()
    {
        using var scope = torch.NewDisposeScope();

        // 1 / 0.7 = 1.42857 lies between 1.421875 and 1.4296875.
        Assert.Equal(1.4296875f, new RandomStream(7, "mask").NextMask([64], 0.3, ScalarType.BFloat16, torch.CPU).max().to(ScalarType.Float32).item<float>());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void NextMask_Ends_DropNothingOrAll(double rate, float value)
    {
        using var scope = torch.NewDisposeScope();

        Assert.All(new RandomStream(7, "mask").NextMask([1000], rate, ScalarType.Float32, torch.CPU).data<float>().ToArray(), kept => Assert.Equal(value, kept));
    }
}
