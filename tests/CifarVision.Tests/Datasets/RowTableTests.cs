using CifarVision.Datasets;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Datasets;

public class RowTableTests
{
    private static readonly NDArray Numbers = np.arange(24).reshape(6, 2, 2);

    [Fact]
    public void Properties_Array_DescribeIt()
    {
        var table = new RowTable(Numbers.astype(typeof(float)));

        Assert.Equal(6, table.Count);
        Assert.Equal(new TensorShape(2, 2), table.RowShape);
        Assert.Equal(ScalarType.Float32, table.Type);
    }

    [Theory]
    [InlineData(NPTypeCode.Byte)]
    [InlineData(NPTypeCode.Int32)]
    [InlineData(NPTypeCode.Int64)]
    [InlineData(NPTypeCode.Single)]
    [InlineData(NPTypeCode.Double)]
    public void Gather_AnyOrder_GivesThoseRowsInTheSameType(NPTypeCode type)
    {
        var table = new RowTable(Numbers.astype(type));
        using Tensor batch = table.Gather(5, 0, 5);

        Assert.Equal(table.Type, batch.dtype);
        Assert.Equal([3L, 2L, 2L], batch.shape);
        Assert.Equal([20, 21, 22, 23, 0, 1, 2, 3, 20, 21, 22, 23], Values(batch));
    }

    [Fact]
    public void Gather_Vector_GivesAVector()
    {
        using Tensor batch = new RowTable(np.array(new[] { 7L, 8L, 9L })).Gather(2, 1);

        Assert.Equal([2L], batch.shape);
        Assert.Equal([9, 8], Values(batch));
    }

    [Fact]
    public void Gather_TransposedArray_SeesItsLogicalRows()
    {
        using Tensor batch = new RowTable(np.arange(6).reshape(2, 3).T).Gather(1);

        Assert.Equal([1, 4], Values(batch));
    }

    [Fact]
    public void Gather_FirstRowsOfAnArray_Works()
    {
        using Tensor batch = new RowTable(Numbers["0:2"]).Gather(1);

        Assert.Equal([4, 5, 6, 7], Values(batch));
    }

    [Fact]
    public void Slice_Middle_GivesNeighbouringRows()
    {
        using Tensor batch = new RowTable(Numbers).Slice(1, 2);

        Assert.Equal([4, 5, 6, 7, 8, 9, 10, 11], Values(batch));
    }

    [Fact]
    public void Rows_OfRows_CountFromTheirOwnStart()
    {
        RowTable rows = new RowTable(Numbers).Rows(1, 4).Rows(2, 2);
        using Tensor batch = rows.Gather(1, 0);

        Assert.Equal(2, rows.Count);
        Assert.Equal([16, 17, 18, 19, 12, 13, 14, 15], Values(batch));
        Assert.Equal([12, 13, 14, 15], Values(rows.Slice(0, 1)));
    }

    [Fact]
    public void Rows_ContiguousArray_ShareItsMemory()
    {
        NDArray array = np.zeros(new Shape(3, 1), typeof(float));
        RowTable rows = new RowTable(array).Rows(1, 2);
        array[1, 0] = 5f;

        Assert.Equal([5], Values(rows.Gather(0)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void Gather_RowOutside_Throws(int row) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RowTable(Numbers).Rows(1, 4).Gather(row));

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(5, 2)]
    [InlineData(0, -1)]
    public void Rows_Outside_Throws(int start, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RowTable(Numbers).Rows(start, count));

    [Theory]
    [InlineData(NPTypeCode.Byte)]
    [InlineData(NPTypeCode.Int32)]
    [InlineData(NPTypeCode.Int64)]
    [InlineData(NPTypeCode.Single)]
    [InlineData(NPTypeCode.Double)]
    public void Range_ARow_IsItsSmallestAndLargestValue(NPTypeCode type) =>
        Assert.Equal((20.0, 23.0), new RowTable(Numbers.astype(type)).Range(5));

    [Fact]
    public void Constructor_Scalar_Throws() => Assert.Throws<ArgumentException>(() => new RowTable(NDArray.Scalar(3)));

    private static double[] Values(Tensor tensor) => ArrayConversion.ToNDArray(tensor).astype(typeof(double)).ToArray<double>();
}
