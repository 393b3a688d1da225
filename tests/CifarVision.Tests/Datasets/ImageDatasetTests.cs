using CifarVision.Datasets;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using CifarVision.Training;

namespace CifarVision.Tests.Datasets;

public class ImageDatasetTests
{
    [Fact]
    public void Properties_TwoArrays_DescribeThem()
    {
        ImageDataset data = TenImages();

        Assert.Equal(10, data.Count);
        Assert.Equal(new TensorShape(2, 3, 1), data.ImageShape);
        Assert.Equal(3, data.ClassCount);
        Assert.Equal(1.0 / 255, data.Scale);
        Assert.Equal([10L, 2L, 3L, 1L], data.Images.shape);
        Assert.Equal([10L, 1L], data.Labels.shape);
    }

    [Fact]
    public void Constructor_ClassCount_MayExceedTheLabels() =>
        Assert.Equal(7, new ImageDataset(Images(10), Classes(), classCount: 7).ClassCount);

    [Fact]
    public void Take_Rows_AreTheirImagesAndLabels()
    {
        ImageDataset whole = TenImages();
        ImageDataset taken = whole.Take([7, 2, 7]);

        Assert.Equal([3L, 2, 3, 1], taken.Images.shape);
        Assert.Equal([7, 2, 7], Enumerable.Range(0, 3).Select(i => taken.Images.GetByte(i, 0, 0, 0) / 6));
        Assert.Equal([3L, 1], taken.Labels.shape);
        Assert.Equal([1, 2, 1], taken.Labels.ravel().ToArray<int>());
        Assert.Equal((whole.ClassCount, whole.Scale, whole.ImageShape), (taken.ClassCount, taken.Scale, taken.ImageShape));

        Assert.StartsWith("ImageDataset: rows must be from 0 to 9, but was 10.", Assert.Throws<ArgumentOutOfRangeException>(() => whole.Take([0, 10])).Message, StringComparison.Ordinal);
        Assert.StartsWith("ImageDataset: rows must be at least one, but was none.", Assert.Throws<ArgumentException>(() => whole.Take([])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.2, 8)]
    [InlineData(0.25, 7)] // floor(7.5)
    [InlineData(0.1, 9)]
    public void Split_Fraction_CutsOffTheLastRows(double fraction, int first)
    {
        (ImageDataset train, ImageDataset validation) = TenImages().Split(fraction);

        Assert.Equal(first, train.Count);
        Assert.Equal(10 - first, validation.Count);
        Assert.Equal((byte)(first * 6), validation.Images.GetByte(0, 0, 0, 0));
        Assert.Equal(first % 3, validation.Labels.GetInt32(0, 0));
        Assert.Equal(3, validation.ClassCount);
    }

    [Fact]
    public void Split_FiftyThousandRowsAtTenPercent_Gives45000()
    {
        var data = new ImageDataset(np.zeros(new Shape(50_000, 1, 1, 1), typeof(byte)), np.zeros(new Shape(50_000), typeof(int)));

        Assert.Equal(45_000, data.Split(0.1).Train.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(0.95)] // floor(0.5) = 0 rows to train on
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void Split_EmptyPart_NamesTheFraction(double fraction)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => TenImages().Split(fraction));

        Assert.Contains(FormattableString.Invariant($"but was {fraction}."), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_Count_GivesTheFirstImages()
    {
        ImageDataset taken = TenImages().Split(0.5).Validation.Take(2);

        Assert.Equal(2, taken.Count);
        Assert.Equal(30, taken.Images.GetByte(0, 0, 0, 0));
        Assert.Equal([2, 0], taken.Labels.ToArray<int>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public void Take_CountOutOfRange_Throws(int count) => Assert.Throws<ArgumentOutOfRangeException>(() => TenImages().Take(count));

    [Fact]
    public void Split_Parts_ShareTheMemory()
    {
        NDArray images = Images(10);
        ImageDataset validation = new ImageDataset(images, Classes()).Split(0.5).Validation;
        images[5, 0, 0, 0] = (byte)77;

        Assert.Equal(77, validation.Images.GetByte(0, 0, 0, 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ToBatches_LabelForm_IsTheOneTheLossWants(bool oneHot)
    {
        using var scope = torch.NewDisposeScope();
        BatchSource source = TenImages().Split(0.5).Validation.ToBatches(oneHot);
        Batch batch = source.Batch([3, 0], torch.CPU);
        (Tensor x, Tensor y) = (batch.X[0], batch.Y[0]);

        Assert.Equal([2L, 2L, 3L, 1L], x.shape);
        Assert.Equal([48 / 255f, 49 / 255f, 50 / 255f, 51 / 255f, 52 / 255f, 53 / 255f], x[0].data<float>().ToArray());
        if (oneHot)
            Assert.Equal([0f, 0f, 1f, 0f, 0f, 1f], y.data<float>().ToArray());
        else
            Assert.Equal([2L, 2L], y.data<long>().ToArray());
        Assert.Equal(oneHot ? [2L, 3L] : [2L, 1L], y.shape);
    }

    [Fact]
    public void Constructor_FloatImages_NamesTheType()
    {
        var error = Assert.Throws<ArgumentException>(() => new ImageDataset(Images(10).astype(typeof(float)), Classes()));

        Assert.Contains("uint8, but was Single", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_ImagesWithoutChannels_NamesTheShape()
    {
        var error = Assert.Throws<ArgumentException>(() => new ImageDataset(Images(10).reshape(10, 2, 3), Classes()));

        Assert.Contains("(10, 2, 3)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_FewerLabelsThanImages_NamesBothCounts()
    {
        var error = Assert.Throws<ArgumentException>(() => new ImageDataset(Images(11), Classes()));

        Assert.Contains("11 images, but was 10", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_LabelBeyondTheClassCount_NamesValueAndRow()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new ImageDataset(Images(10), Classes(), classCount: 2));

        Assert.Contains("ImageDataset: labels must be from 0 to 1, but was 2 in row 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_OneHotLabels_Throws() =>
        Assert.Throws<ArgumentException>(() => new ImageDataset(Images(10), Labels.ToCategorical(Classes())));

    private static ImageDataset TenImages() => new(Images(10), Classes());

    // Image i holds the bytes 6 i to 6 i + 5 and is of class i % 3.
    private static NDArray Images(int count) => np.arange(count * 6).astype(typeof(byte)).reshape(count, 2, 3, 1);

    private static NDArray Classes() => np.arange(10).astype(typeof(int)) % 3;
}
