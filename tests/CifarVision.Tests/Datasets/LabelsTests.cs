using CifarVision.Datasets;

namespace CifarVision.Tests.Datasets;

public class LabelsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ToCategorical_RowOrColumn_GivesOneHotRows(bool column)
    {
        NDArray labels = np.array(new[] { 2, 0, 1, 2 });
        NDArray oneHot = Labels.ToCategorical(column ? labels.reshape(4, 1) : labels);

        Assert.Equal([4L, 3L], oneHot.shape);
        Assert.Equal(typeof(float), oneHot.dtype);
        Assert.Equal([0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1], oneHot.ToArray<float>());
    }

    [Theory]
    [InlineData(NPTypeCode.Byte)]
    [InlineData(NPTypeCode.SByte)]
    [InlineData(NPTypeCode.Int16)]
    [InlineData(NPTypeCode.UInt16)]
    [InlineData(NPTypeCode.Int32)]
    [InlineData(NPTypeCode.UInt32)]
    [InlineData(NPTypeCode.Int64)]
    [InlineData(NPTypeCode.UInt64)]
    public void ToCategorical_AnyIntegerType_GivesOneHotRows(NPTypeCode type)
    {
        NDArray oneHot = Labels.ToCategorical(np.array(new[] { 1, 0 }).astype(type), numClasses: 2);

        Assert.Equal([0, 1, 1, 0], oneHot.ToArray<float>());
    }

    [Fact]
    public void ToCategorical_MoreClassesThanLabels_GivesEmptyColumns()
    {
        NDArray oneHot = Labels.ToCategorical(np.array(new[] { 1 }), numClasses: 4);

        Assert.Equal([0, 1, 0, 0], oneHot.ToArray<float>());
    }

    [Fact]
    public void ToCategorical_StridedView_ReadsItsOwnRows()
    {
        NDArray labels = np.array(new[] { 0, 9, 1, 9, 2, 9 }).reshape(3, 2)[":, 0:1"];

        Assert.Equal([1, 0, 0, 0, 1, 0, 0, 0, 1], Labels.ToCategorical(labels).ToArray<float>());
    }

    [Theory]
    [InlineData(3, 3, "from 0 to 2, but was 3 in row 1")]
    [InlineData(-1, 3, "from 0 to 2, but was -1 in row 1")]
    [InlineData(-7, null, "at least 0, but was -7 in row 1")]
    public void ToCategorical_LabelOutOfRange_NamesValueAndRow(int label, int? numClasses, string rule)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Labels.ToCategorical(np.array(new[] { 0, label, 1 }), numClasses));

        Assert.Contains($"Labels: labels must be {rule}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToCategorical_LabelBeyondInt64_IsTooLarge() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Labels.ToCategorical(np.array(new[] { ulong.MaxValue })));

    [Fact]
    public void ToCategorical_OneHotRows_NamesTheShape()
    {
        var error = Assert.Throws<ArgumentException>(() => Labels.ToCategorical(np.zeros(new Shape(5, 10), typeof(int))));

        Assert.Contains("(5, 10)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToCategorical_Floats_NamesTheType()
    {
        var error = Assert.Throws<ArgumentException>(() => Labels.ToCategorical(np.array(new[] { 0f, 1f })));

        Assert.Contains("Single", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToCategorical_NoClasses_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Labels.ToCategorical(np.array(new[] { 0 }), numClasses: 0));

    [Fact]
    public void ToCategorical_NoLabels_NeedsAClassCount()
    {
        NDArray none = np.zeros(new Shape(0), typeof(int));

        Assert.Throws<ArgumentException>(() => Labels.ToCategorical(none));
        Assert.Equal([0L, 3L], Labels.ToCategorical(none, numClasses: 3).shape);
    }
}
