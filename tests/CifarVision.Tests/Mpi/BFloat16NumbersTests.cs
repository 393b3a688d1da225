using CifarVision.Mpi;
using CifarVision.Runtime;

namespace CifarVision.Tests.Mpi;

/// <summary>Conversions of the communication thread, held against torch's.</summary>
public class BFloat16NumbersTests
{
    [Theory]
    [InlineData(7)]
    [InlineData(32)]
    [InlineData(101)]
    public void Round_AnyLength_IsTorchs(int length)
    {
        float[] values = Values(length);
        var rounded = new ushort[length + 5];
        Array.Fill(rounded, ushort.MaxValue);

        BFloat16Numbers.Round(values, rounded);
        var back = new float[length];
        BFloat16Numbers.Widen(rounded.AsSpan(0, length), back);

        using var scope = torch.NewDisposeScope();
        Assert.Equal(torch.tensor(values).to(ScalarType.BFloat16).to(ScalarType.Float32).data<float>().ToArray(), back);
        Assert.All(rounded[length..], word => Assert.Equal(0, word));
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(70, 3)]
    public void Sum_Lists_AddsInFloat32(int length, int lists)
    {
        float[][] values = [.. Enumerable.Range(0, lists).Select(list => Values(length, seed: list).Select(value => float.IsFinite(value) ? value : 1).ToArray())];
        var rounded = new ushort[length * lists];
        BFloat16Numbers.Round(values.SelectMany(list => list).ToArray(), rounded);
        var sums = new float[length];

        BFloat16Numbers.Sum(rounded, sums);

        var wide = new float[rounded.Length];
        BFloat16Numbers.Widen(rounded, wide);
        for (int i = 0; i < length; i++)
            Assert.Equal(Enumerable.Range(0, lists).Aggregate(0f, (sum, list) => sum + wide[(list * length) + i]), sums[i]);
    }

    // Ordinary numbers of both signs, and those that rounding treats apart.
    private static float[] Values(int length, int seed = 0)
    {
        var values = new float[length];
        new RandomStream(seed, "bfloat16").NextNormal(values);
        float[] special = [0, float.NaN, float.PositiveInfinity, float.MaxValue, 1 + (1f / 256), 1 + (3f / 256)];
        special.AsSpan(0, Math.Min(special.Length, length)).CopyTo(values);
        return values;
    }
}
