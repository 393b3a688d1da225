using CifarVision.Datasets;
using CifarVision.Runtime;

namespace CifarVision.Tests.Datasets;

public class SyntheticImagesTests
{
    [Fact]
    public void Create_Counts_AreThoseAskedFor()
    {
        SyntheticImages data = SyntheticImages.Create(train: 30, test: 12);

        Assert.Equal((30, 12), (data.Train.Count, data.Test.Count));
        Assert.Equal(new TensorShape(32, 32, 3), data.Train.ImageShape);
        Assert.Equal((10, 10), (data.Train.ClassCount, data.ClassNames.Count));
        Assert.Equal(10, data.ClassNames.Distinct().Count());
    }

    [Fact]
    public void Create_SameSeed_GivesTheSameImagesAnotherOthers()
    {
        byte[] first = Pixels(SyntheticImages.Create(20, 5, seed: 3).Train);

        Assert.Equal(first, Pixels(SyntheticImages.Create(20, 5, seed: 3).Train));
        Assert.NotEqual(first, Pixels(SyntheticImages.Create(20, 5, seed: 4).Train));
    }

    [Fact]
    public void Create_FewerImages_AreTheFirstOfMore()
    {
        SyntheticImages few = SyntheticImages.Create(7, 3);
        SyntheticImages many = SyntheticImages.Create(25, 9);

        Assert.Equal(Pixels(many.Train.Take(7)), Pixels(few.Train));
        Assert.Equal(Pixels(many.Test.Take(3)), Pixels(few.Test));
        Assert.Equal(many.Train.Take(7).Labels.ToArray<byte>(), few.Train.Labels.ToArray<byte>());
    }

    [Fact]
    public void Create_TrainAndTest_ShareNoImage()
    {
        SyntheticImages data = SyntheticImages.Create(200, 200);
        HashSet<string> train = [.. Pixels(data.Train).Chunk(3072).Select(Convert.ToBase64String)];

        Assert.Equal(200, train.Count);
        Assert.DoesNotContain(Pixels(data.Test).Chunk(3072), image => train.Contains(Convert.ToBase64String(image)));
    }

    [Fact]
    public void Create_Classes_AreAboutEquallyMany()
    {
        byte[] labels = SyntheticImages.Create(3000, 1).Train.Labels.ToArray<byte>();

        Assert.All(Enumerable.Range(0, 10), label => Assert.InRange(labels.Count(found => found == label), 240, 360));
    }

    [Fact]
    public void Create_Figures_StandOutFromTheGround()
    {
        // Noise and the run of the ground alone stay under 12.
        byte[] pixels = Pixels(SyntheticImages.Create(200, 1).Train);
        for (int i = 0; i < 200; i++)
        {
            double[] lightness = [.. pixels.Skip(i * 3072).Take(3072).Chunk(3).Select(pixel => pixel.Average(value => value))];
            double mean = lightness.Average();
            Assert.True(Math.Sqrt(lightness.Average(value => (value - mean) * (value - mean))) > 12, $"image {i} is all of one lightness");
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, -2)]
    public void Create_CountUnderOne_Throws(int train, int test) =>
        Assert.Contains("must be at least 1, but was", Assert.Throws<ArgumentOutOfRangeException>(() => SyntheticImages.Create(train, test)).Message);

    private static byte[] Pixels(ImageDataset data) => data.Images.ravel().ToArray<byte>();
}
