using CifarVision.Datasets;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using CifarVision.Training;

namespace CifarVision.Tests.Datasets;

public class BatchSourceTests
{
    private static readonly RowTable TwoLabels = new(np.array(new[] { 0L, 1L }));

    [Fact]
    public void Batch_ScaledBytes_EqualNumSharpBitForBit()
    {
        NDArray bytes = np.arange(256).astype(typeof(byte)).reshape(2, 128);
        var source = new BatchSource(new RowTable(bytes), TwoLabels, scale: 1.0 / 255);
        using var scope = torch.NewDisposeScope();
        float[] scaled = ArrayConversion.ToNDArray(source.Batch([0, 1], torch.CPU).X[0]).ToArray<float>();

        Assert.Equal((bytes.astype(np.float32) / 255f).ToArray<float>(), scaled);
        for (int i = 0; i < 256; i++)
            Assert.Equal(i / 255f, scaled[i]);
    }

    [Fact]
    public void Batch_ScaledBytesInFloat64_DivideInFloat64()
    {
        var source = new BatchSource(new RowTable(np.array(new byte[] { 1, 254 })), TwoLabels, scale: 1.0 / 255);
        using var scope = torch.NewDisposeScope();

        Assert.Equal([1 / 255.0, 254 / 255.0], ArrayConversion.ToNDArray(source.Batch([0, 1], torch.CPU, ScalarType.Float64).X[0]).ToArray<double>());
    }

    [Theory]
    [InlineData(NPTypeCode.Byte)]
    [InlineData(NPTypeCode.Int32)]
    [InlineData(NPTypeCode.Int64)]
    [InlineData(NPTypeCode.Double)]
    [InlineData(NPTypeCode.Single)]
    public void Batch_WithoutScale_CastsAndNeverScales(NPTypeCode type)
    {
        var source = new BatchSource(new RowTable(np.array(new[] { 3, 200 }).astype(type)), TwoLabels);
        using var scope = torch.NewDisposeScope();
        Tensor x = source.Batch([1, 0], torch.CPU).X[0];

        Assert.Equal(ScalarType.Float32, x.dtype);
        Assert.Equal([200f, 3f], x.data<float>().ToArray());
    }

    [Theory]
    [InlineData(NPTypeCode.Byte)]
    [InlineData(NPTypeCode.Int32)]
    [InlineData(NPTypeCode.Int64)]
    public void Batch_IntegerLabels_BecomeInt64(NPTypeCode type)
    {
        var source = new BatchSource(TwoLabels, new RowTable(np.array(new[] { 3, 9 }).astype(type).reshape(2, 1)));
        using var scope = torch.NewDisposeScope();
        Tensor y = source.Batch([1, 0], torch.CPU).Y[0];

        Assert.True(BatchSource.HasIntegerLabels(source.Y[0]));
        Assert.Equal([2L, 1L], y.shape);
        Assert.Equal([9L, 3L], y.data<long>().ToArray());
    }

    [Theory]
    [InlineData(NPTypeCode.Single)]
    [InlineData(NPTypeCode.Double)]
    [InlineData(NPTypeCode.Int32)]
    public void Batch_OneHotRowsOfAnyType_BecomeFloats(NPTypeCode type)
    {
        var source = new BatchSource(TwoLabels, new RowTable(np.array(new[] { 0, 1, 1, 0 }).astype(type).reshape(2, 2)));
        using var scope = torch.NewDisposeScope();
        Tensor y = source.Batch([0, 1], torch.CPU).Y[0];

        Assert.False(BatchSource.HasIntegerLabels(source.Y[0]));
        Assert.Equal([0f, 1f, 1f, 0f], y.data<float>().ToArray());
    }

    [Fact]
    public void Batch_Weights_ComeInTheOrderOfTheRows()
    {
        var source = new BatchSource(TwoLabels, TwoLabels, new RowTable(np.array(new[] { 0.5, 2.0 })));
        using var scope = torch.NewDisposeScope();

        Assert.Equal([2f, 0.5f], source.Batch([1, 0], torch.CPU).Weights[0]!.data<float>().ToArray());
        Assert.Null(new BatchSource(TwoLabels, TwoLabels).Batch([0], torch.CPU).Weights[0]);
    }

    [Fact]
    public void HeadAndTail_Split_KeepRowsAndScaleTogether()
    {
        var bytes = new RowTable(np.array(new byte[] { 0, 51, 102, 255 }));
        var source = new BatchSource(bytes, new RowTable(np.array(new[] { 5, 6, 7, 8 })), bytes, 1.0 / 255);
        using var scope = torch.NewDisposeScope();
        Batch batch = source.Tail(2).Batch([1], torch.CPU);

        Assert.Equal(2, source.Head(2).Count);
        Assert.Equal(2, source.Tail(2).Count);
        Assert.Equal([1f], batch.X[0].data<float>().ToArray());
        Assert.Equal([8L], batch.Y[0].data<long>().ToArray());
        Assert.Equal([255f], batch.Weights[0]!.data<float>().ToArray());
        Assert.Equal([6L], source.Head(2).Batch([1], torch.CPU).Y[0].data<long>().ToArray());
    }

    [Fact]
    public void Batch_Intermediates_AreDisposed()
    {
        var source = new BatchSource(new RowTable(np.zeros(new Shape(2, 4), typeof(byte))), TwoLabels, new RowTable(np.ones(new Shape(2), typeof(double))), 1.0 / 255);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Batch batch = source.Batch([0, 1], torch.CPU);

        Assert.Equal(before + 3, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        batch.X[0].Dispose();
        batch.Y[0].Dispose();
        batch.Weights[0]!.Dispose();
    }

    [Fact]
    public void Constructor_DifferentCounts_NamesBoth()
    {
        var three = new RowTable(np.zeros(new Shape(3), typeof(float)));

        Assert.Contains("3 and 2", Assert.Throws<ArgumentException>(() => new BatchSource(three, TwoLabels)).Message, StringComparison.Ordinal);
        Assert.Contains("2 rows, but was 3", Assert.Throws<ArgumentException>(() => new BatchSource(TwoLabels, TwoLabels, three)).Message, StringComparison.Ordinal);
    }
}
