using CifarVision.Datasets;
using CifarVision.Runtime;

namespace CifarVision.Tests.Datasets;

public class SyntheticImagesTests
{
    [Fact]
    public void Create_Counts_GivesBothPartsInTheShapeOfCifar()
    {
        SyntheticImages data = SyntheticImages.Create(train: 23, test: 7);

        Assert.Equal(23, data.Train.Count);
        Assert.Equal(7, data.Test.Count);
        Assert.Equal(new TensorShape(32, 32, 3), data.Train.ImageShape);
        Assert.Equal(10, data.Test.ClassCount);
        Assert.Equal(
            ["disc", "ring", "square", "triangle", "cross", "horizontal stripes", "vertical stripes", "diagonal stripes", "checkerboard", "dots"],
            data.ClassNames);
    }

    [Fact]
    public void Create_Defaults_AreFiveAndOneThousand()
    {
        SyntheticImages data = SyntheticImages.Create();

        Assert.Equal(5000, data.Train.Count);
        Assert.Equal(1000, data.Test.Count);
    }

    [Fact]
    public void Create_More_BeginsWithTheFewer()
    {
        SyntheticImages few = SyntheticImages.Create(train: 13, test: 8, seed: 4);
        SyntheticImages more = SyntheticImages.Create(train: 200, test: 100, seed: 4);

        Assert.Equal(Bytes(few.Train), Bytes(more.Train.Take(13)));
        Assert.Equal(Bytes(few.Test), Bytes(more.Test.Take(8)));
        Assert.Equal(few.Train.Labels.ToArray<byte>(), more.Train.Take(13).Labels.ToArray<byte>());
        Assert.Equal(few.Test.Labels.ToArray<byte>(), more.Test.Take(8).Labels.ToArray<byte>());
    }

    [Fact]
    public void Create_Seed_DecidesOnImagesAndLabels()
    {
        SyntheticImages one = SyntheticImages.Create(20, 20, seed: 1);

        Assert.Equal(Bytes(one.Train), Bytes(SyntheticImages.Create(20, 20).Train));
        Assert.NotEqual(Bytes(one.Train), Bytes(SyntheticImages.Create(20, 20, seed: 2).Train));
        Assert.NotEqual(one.Train.Labels.ToArray<byte>(), SyntheticImages.Create(20, 20, seed: 2).Train.Labels.ToArray<byte>());
    }

    [Fact]
    public void Create_SetSeed_ChangesNothing()
    {
        byte[] before = Bytes(SyntheticImages.Create(3, 3).Test);
        TorchRuntime.SetSeed(99);

        Assert.Equal(before, Bytes(SyntheticImages.Create(3, 3).Test));
    }

    [Fact]
    public void Create_AnyTenFromTheFirstOn_HoldEveryClass()
    {
        byte[] labels = SyntheticImages.Create(train: 100, test: 10).Train.Labels.ToArray<byte>();

        for (int start = 0; start < 100; start += 10)
            Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], labels[start..(start + 10)].Order().ToArray());
        Assert.NotEqual(labels[..10], labels[10..20]);
    }

    [Fact]
    public void Create_TrainAndTest_ShareNoImage()
    {
        SyntheticImages data = SyntheticImages.Create(train: 500, test: 500);
        HashSet<string> images = [.. Images(data.Train), .. Images(data.Test)];

        Assert.Equal(1000, images.Count);
    }

    // What a class is must not be seen in single pixels: the nearest of ten mean images is the plainest linear model.
    [Fact]
    public void Create_NearestMeanImage_TellsClassesHardlyBetterThanChance()
    {
        SyntheticImages data = SyntheticImages.Create(train: 1000, test: 500);
        using var scope = torch.NewDisposeScope();
        Tensor train = ArrayConversion.ToTensor(data.Train.Images, torch.CPU).to(ScalarType.Float32).reshape(1000, -1);
        Tensor test = ArrayConversion.ToTensor(data.Test.Images, torch.CPU).to(ScalarType.Float32).reshape(500, -1);
        Tensor oneHot = ArrayConversion.ToTensor(Labels.ToCategorical(data.Train.Labels, 10), torch.CPU);
        Tensor means = oneHot.T.mm(train).Divide(100);
        Tensor nearest = torch.cdist(test, means).argmin(1);
        Tensor truth = ArrayConversion.ToTensor(data.Test.Labels, torch.CPU).reshape(-1);

        Assert.InRange(nearest.eq(truth).to(ScalarType.Float32).mean().item<float>(), 0, 0.4f);
    }

    [Theory]
    [InlineData(0, 1, "train")]
    [InlineData(1, -5, "test")]
    public void Create_CountUnderOne_NamesIt(int train, int test, string argument)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => SyntheticImages.Create(train, test));

        Assert.Contains($"SyntheticImages: {argument} must be at least 1", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Bytes(ImageDataset data) => data.Images.ToArray<byte>();

    private static IEnumerable<string> Images(ImageDataset data) => Bytes(data).Chunk(3072).Select(Convert.ToHexString);
}
