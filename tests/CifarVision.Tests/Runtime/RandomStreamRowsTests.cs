using CifarVision.Runtime;

namespace CifarVision.Tests.Runtime;

/// <summary>Draws for the rows of a batch that several processes share: together they are those of one process.</summary>
public class RandomStreamRowsTests
{
    // 3 * 3 values a row: the masks of a part begin in the midst of a word.
    private static readonly (int Start, int Count)[] Parts = [(0, 2), (2, 3), (5, 0), (5, 2)];
    private const int Total = 7;

    [Fact]
    public void NextMask_Parts_AreTheMaskOfTheBatch()
    {
        var whole = new RandomStream(3, "mask");
        float[] expected = [.. Mask(whole, Total), .. Mask(whole, Total)];
        var found = new float[2][];
        foreach (int draw in new[] { 0, 1 })
            found[draw] = [.. Parts.SelectMany(part => InPart(part, "mask", draw, stream => Mask(stream, part.Count)))];

        Assert.Equal(expected, found.SelectMany(values => values));
        Assert.Contains(0, expected);
    }

    [Fact]
    public void NextUniformOfRows_Parts_AreTheNumbersOfTheBatch()
    {
        var whole = new RandomStream(3, "uniform");
        float[] expected = [.. Uniform(whole, Total), .. Uniform(whole, Total)];

        Assert.Equal(expected, new[] { 0, 1 }.SelectMany(draw => Parts.SelectMany(part => InPart(part, "uniform", draw, stream => Uniform(stream, part.Count)))));
    }

    [Theory]
    [InlineData(0, 5, 8)]
    [InlineData(3, 4, 7)]
    [InlineData(2, 0, 7)]
    public void NextNormalPart_IsAPartOfTheNumbers(int before, int own, int total)
    {
        var whole = new RandomStream(3, "normal");
        var all = new float[total];
        whole.NextNormal(all, standardDeviation: 2);
        var stream = new RandomStream(3, "normal");
        var part = new float[own];

        stream.NextNormalPart(part, before, total, standardDeviation: 2);

        Assert.Equal(all[before..(before + own)], part);
        Assert.Equal(whole.Counter, stream.Counter);
    }

    [Fact]
    public void NextNormalOfRows_Parts_AreTheNumbersOfTheBatch()
    {
        var whole = new RandomStream(3, "normal");
        float[] expected = [.. Normal(whole, Total), .. Normal(whole, Total)];

        Assert.Equal(expected, new[] { 0, 1 }.SelectMany(draw => Parts.SelectMany(part => InPart(part, "normal", draw, stream => Normal(stream, part.Count)))));
    }

    [Fact]
    public void NextUniformOfRows_UnevenNumbers_Throws() =>
        Assert.Equal(
            "RandomStream: values must hold as many numbers for each of the 3 rows, but was of 7.",
            Assert.Throws<ArgumentException>(() => new RandomStream(1, "x").NextUniformOfRows(new float[7], 3)).Message);

    [Fact]
    public void Begin_OtherRows_AreDrawnWhole()
    {
        using (RowPart.Begin(new RowPart(2, 3, Total)))
            Assert.Equal(Uniform(new RandomStream(3, "uniform"), 4), Uniform(new RandomStream(3, "uniform"), 4));
        Assert.Null(RowPart.Current);
    }

    // The second draw begins where the first ended.
    private static float[] InPart((int Start, int Count) part, string name, int draw, Func<RandomStream, float[]> next)
    {
        if (part.Count == 0)
            return [];
        var stream = new RandomStream(3, name);
        using (RowPart.Begin(new RowPart(part.Start, part.Count, Total)))
            return Enumerable.Range(0, draw + 1).Select(_ => next(stream)).ToArray()[^1];
    }

    private static float[] Normal(RandomStream stream, int rows)
    {
        using var scope = torch.NewDisposeScope();
        return stream.NextNormalOfRows([rows, 3, 3], 1, 0.5, torch.CPU).data<float>().ToArray();
    }

    private static float[] Mask(RandomStream stream, int rows)
    {
        using var scope = torch.NewDisposeScope();
        return stream.NextMask([rows, 3, 3], 0.4, ScalarType.Float32, torch.CPU).data<float>().ToArray();
    }

    private static float[] Uniform(RandomStream stream, int rows)
    {
        var values = new float[rows * 2];
        stream.NextUniformOfRows(values, rows, -1, 1);
        return values;
    }
}
