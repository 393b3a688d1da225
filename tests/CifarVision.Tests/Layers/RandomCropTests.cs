using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class RandomCropTests
{
    [Theory]
    [InlineData(2, 3)]
    [InlineData(4, 3)]
    public void Contract_Holds(int height, int width) => LayerContract.Check(() => new RandomCrop(height, width, seed: 3), (3, 5, 2));

    [Fact]
    public void Forward_Training_EveryPlaceIsAsLikely()
    {
        const int calls = 600;
        // The first pixel of the crop is its place.
        NDArray x = np.tile(np.arange(0, 12).astype(np.float32).reshape(1, 3, 4, 1), [2, 1, 1, 1]);
        var layer = new RandomCrop(2, 2, seed: 1);

        int[] places = [.. Enumerable.Range(0, calls).Select(_ => Place(Near.Doubles(layer.Call(x, training: true))))];

        Assert.Equal([0, 1, 2, 4, 5, 6], places.Distinct().Order());
        // 100 each; the deviation is 9.1, and the furthest of 6 stays under 4 of it.
        Assert.All(places.CountBy(place => place), pair => Assert.InRange(pair.Value, 100 - 37, 100 + 37));

        // One place for both images.
        static int Place(double[] y)
        {
            Assert.Equal([y[0], y[0] + 1, y[0] + 4, y[0] + 5, y[0], y[0] + 1, y[0] + 4, y[0] + 5], y);
            return (int)y[0];
        }
    }

    [Fact]
    public void Forward_ImageAsHighAsTheOutput_IsCroppedInTheMiddleAsInKeras()
    {
        NDArray x = np.array(NaiveImages.Different(2, 4, 7, 2));

        Near.Absolute(x[":, :, 1:5"], new RandomCrop(4, 4, seed: 1).Call(x, training: true), 0);
    }

    [Fact]
    public void Forward_LowImage_IsStretchedInTrainingAsInKeras()
    {
        NDArray x = np.array(NaiveImages.Different(2, 3, 7, 2));

        // The middle 3 of 7 columns have the aspect ratio; from the first of them on, 4 are taken.
        Near.Absolute(new Resizing(4, 4).Call(x[":, :, 2:6"]), new RandomCrop(4, 4, seed: 1).Call(x, training: true), 0);
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(4, 4)]
    public void Forward_Inference_ResizesTheMiddle(int height, int width)
    {
        NDArray x = np.array(NaiveImages.Different(2, 5, 7, 2));

        Near.Absolute(new Resizing(height, width, cropToAspectRatio: true).Call(x), new RandomCrop(height, width, seed: 1).Call(x), 0);
    }

    [Fact]
    public void Forward_PartOfABatch_IsCroppedWhereTheWholeIs()
    {
        NDArray x = np.array(NaiveImages.Different(5, 9, 9, 1));
        NDArray whole = new RandomCrop(4, 4, seed: 2).Call(x, training: true);

        using (RowPart.Begin(new RowPart(3, 2, 5)))
            Near.Absolute(whole["3:5"], new RandomCrop(4, 4, seed: 2).Call(x["3:5"], training: true), 0);
    }

    [Fact]
    public void GetConfig_Settings_StandUnderKerasNames() => Assert.Equal(
        """{"name":"random_crop","trainable":true,"dtype":"float32","data_format":"channels_last","height":4,"width":6,"seed":2}""",
        new RandomCrop(4, 6, seed: 2).GetConfig().ToJsonString());
}
