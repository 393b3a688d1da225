using CifarVision.Runtime;

namespace CifarVision.Tests.Runtime;

public class TensorShapeTests
{
    [Fact]
    public void Conversion_FromWhatUsersWrite_GivesTheAxes()
    {
        TensorShape number = 10, pair = (4, 5), triple = (32, 30, 3), ints = new[] { 1, 2, 3, 4 }, longs = new[] { 7L };

        Assert.Equal([10L], number.Dims.ToArray());
        Assert.Equal([4L, 5], pair.Dims.ToArray());
        Assert.Equal([32L, 30, 3], triple.Dims.ToArray());
        Assert.Equal([1L, 2, 3, 4], ints.Dims.ToArray());
        Assert.Equal([7L], longs.Dims.ToArray());
    }

    [Fact]
    public void Constructor_ArrayChangedLater_KeepsTheShape()
    {
        long[] dims = [2, 3];
        TensorShape shape = dims;

        dims[0] = 9;

        Assert.Equal(2, shape[0]);
    }

    [Theory]
    [InlineData(0, "(3, 0)")]
    [InlineData(-1, "(3, -1)")]
    public void Constructor_AxisUnderOne_ThrowsAndNamesIt(int axis, string printed)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new TensorShape(3, axis));

        Assert.StartsWith($"TensorShape: every axis must be at least 1, but was {printed}. Leave the batch axis out.", error.Message);
    }

    [Fact]
    public void Default_IsTheShapeOfAScalar()
    {
        TensorShape scalar = default;

        Assert.Equal(0, scalar.Rank);
        Assert.Equal(1, scalar.ElementCount);
        Assert.Equal(new TensorShape(), scalar);
        Assert.Equal("(None,)", scalar.ToString());
    }

    [Fact]
    public void ElementCount_IsTheProductOfTheAxes() => Assert.Equal(3072, new TensorShape(32, 32, 3).ElementCount);

    [Fact]
    public void ElementCount_OverAnInt64_Throws() => Assert.Throws<OverflowException>(() => new TensorShape(long.MaxValue, 2).ElementCount);

    [Fact]
    public void Indexer_CountsFromBothEnds()
    {
        TensorShape shape = (32, 30, 3);

        Assert.Equal(32, shape[0]);
        Assert.Equal(3, shape[^1]);
    }

    [Fact]
    public void Equality_ComparesTheAxes()
    {
        TensorShape shape = (32, 30, 3);

        Assert.True(shape == new TensorShape(32, 30, 3));
        Assert.True(shape != new TensorShape(30, 32, 3));
        Assert.True(shape != new TensorShape(32, 30));
        Assert.Equal(shape.GetHashCode(), new TensorShape(32, 30, 3).GetHashCode());
        Assert.False(shape.Equals((object)"(32, 30, 3)"));
    }

    [Theory]
    [InlineData(new[] { 10 }, "(None, 10)")]
    [InlineData(new[] { 32, 32, 3 }, "(None, 32, 32, 3)")]
    public void ToString_IsAsKerasPrintsIt(int[] dims, string expected) => Assert.Equal(expected, ((TensorShape)dims).ToString());

    [Fact]
    public void Format_IsAsPythonPrintsATuple()
    {
        Assert.Equal("()", TensorShape.Format([]));
        Assert.Equal("(128,)", TensorShape.Format([128]));
        Assert.Equal("(128, 32, 32, 3)", TensorShape.Format([128, 32, 32, 3]));
    }

    [Fact]
    public void WithBatch_PutsTheBatchInFront() => Assert.Equal([8L, 32, 32, 3], new TensorShape(32, 32, 3).WithBatch(8));
}
