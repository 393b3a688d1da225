using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class RandomErasingTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(null)]
    public void Contract_Holds(double? fillValue) =>
        LayerContract.Check(() => new RandomErasing((0.7, 0.7), (0.1, 0.6), fillValue, (-1, 1), seed: 4), (5, 4, 2));

    [Fact]
    public void Forward_Training_ErasesOneRectangleOfTheScale()
    {
        const int count = 2000, side = 32;
        NDArray x = np.ones(new Shape(count, side, side, 1), np.float32);

        float[] y = new RandomErasing((1, 1), (0.05, 0.4), fillValue: 0, seed: 1).Call(x, training: true).ravel().ToArray<float>();

        var heights = new List<int>();
        var corners = new HashSet<(int, int)>();
        for (int n = 0; n < count; n++)
        {
            var erased = (from row in Enumerable.Range(0, side) from column in Enumerable.Range(0, side) where y[(n * side * side) + (row * side) + column] == 0 select (row, column)).ToList();
            int top = erased.Min(place => place.row), bottom = erased.Max(place => place.row);
            int left = erased.Min(place => place.column), right = erased.Max(place => place.column);
            int height = bottom - top + 1, width = right - left + 1;
            Assert.Equal(height * width, erased.Count);
            // sqrt(0.05) * 32 = 7.2 and sqrt(0.4) * 32 = 20.2, give or take the pixel that is cut.
            Assert.InRange(height, 7, 21);
            Assert.InRange(width, 7, 21);
            heights.Add(height);
            corners.Add((top, left));
        }

        // The mean of sqrt(u) * 32 for u from 0.05 to 0.4 is 14.79, its deviation 3.7.
        Assert.Equal(14.79, heights.Average(), 4 * 3.7 / Math.Sqrt(count));
        Assert.True(corners.Count > 200, "Rectangles lie at different places.");
    }

    [Theory]
    [InlineData(0.3, 0.3, 0.3)]
    [InlineData(0.2, 0.6, 0.4)]
    [InlineData(0, 1, 0.5)]
    public void Forward_Factor_IsTheShareOfImages(double lower, double upper, double share)
    {
        const int count = 10_000;
        NDArray x = np.ones(new Shape(count, 4, 4, 1), np.float32);

        NDArray y = new RandomErasing((lower, upper), (1, 1), fillValue: 0, seed: 1).Call(x, training: true);

        double erased = count - Near.Doubles(y["..., 0"]).Chunk(16).Count(image => image[0] == 1);
        Assert.Equal(share, erased / count, 4 * Math.Sqrt(share * (1 - share) / count));
    }

    [Fact]
    public void Create_DefaultFactor_IsOneImageInTwoAsInKeras()
    {
        var layer = new RandomErasing();

        Assert.Equal((new FactorRange(0, 1), new FactorRange(0.02, 0.33)), (layer.Factor, layer.Scale));
        Assert.Equal((0.0, 255.0), layer.ValueRange);
        Assert.Equal(new FactorRange(0, 0.25), new RandomErasing(factor: 0.25).Factor);
    }

    [Fact]
    public void Forward_Noise_IsNormalAndClippedToTheRange()
    {
        NDArray x = np.full(new Shape(16, 16, 16, 3), 0.123f);

        double[] y = Near.Doubles(new RandomErasing((1, 1), (1, 1), valueRange: (-1, 1), seed: 1).Call(x, training: true));

        Assert.All(y, value => Assert.InRange(value, -1, 1));
        Assert.DoesNotContain(0.123f, y.Select(value => (float)value));
        // Of a normal distribution of deviation 1, 15.87 % lie beyond 1 on either side.
        Assert.Equal(0.1587, y.Count(value => value == 1) / (double)y.Length, 0.015);
        Assert.Equal(0.1587, y.Count(value => value == -1) / (double)y.Length, 0.015);
        Assert.Equal(0, y.Average(), 0.03);
    }

    [Fact]
    public void Forward_OutsideTheRectangle_NothingChanges()
    {
        float[,,,] x = NaiveImages.Different(8, 10, 10, 3);

        float[] y = new RandomErasing((1, 1), (0.1, 0.3), seed: 1).Call(np.array(x), training: true).ravel().ToArray<float>();

        float[] before = [.. x.Cast<float>()];
        int same = before.Zip(y).Count(pair => pair.First == pair.Second);
        Assert.InRange(same, before.Length * 0.6, before.Length * 0.95);
    }

    [Fact]
    public void Forward_FactorZero_ChangesNothing()
    {
        NDArray x = np.array(NaiveImages.Different(8, 4, 4, 1));

        Near.Absolute(x, new RandomErasing(factor: 0).Call(x, training: true), 0);
        Near.Absolute(x, new RandomErasing().Call(x, training: false), 0);
    }

    [Fact]
    public void Forward_SameSeed_ErasesTheSame()
    {
        NDArray x = np.array(NaiveImages.Different(8, 8, 8, 3));
        var layer = new RandomErasing(seed: 7);
        NDArray once = layer.Call(x, training: true);

        Near.Absolute(once, new RandomErasing(seed: 7).Call(x, training: true), 0);
        Assert.False(np.array_equal(once, layer.Call(x, training: true)));
    }

    [Fact]
    public void GetConfig_Settings_StandUnderKerasNames() => Assert.Equal(
        """{"name":"random_erasing","trainable":true,"dtype":"float32","data_format":"channels_last","factor":[0,0.5],"scale":[0.02,0.33],"fill_value":null,"value_range":[0,1],"seed":2}""",
        new RandomErasing(0.5, valueRange: (0, 1), seed: 2).GetConfig().ToJsonString());

    [Fact]
    public void FromConfig_ThreeFillValues_AreRejected() => Assert.Throws<InvalidDataException>(
        () => LayerFactory.FromConfig("RandomErasing", new JsonObject { ["fill_value"] = new JsonArray(1, 2, 3) }));

    [Fact]
    public void Create_ImpossibleSettings_AreRejected()
    {
        Assert.Equal("factor", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomErasing((0.5, 1.5))).ParamName);
        Assert.Equal("scale", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomErasing(scale: (-0.2, 0.1))).ParamName);
        Assert.Equal("valueRange", Assert.Throws<ArgumentOutOfRangeException>(() => new RandomErasing(valueRange: (1, 1))).ParamName);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new RandomErasing(fillValue: 2, valueRange: (0, 1)));
        Assert.StartsWith("RandomErasing: fillValue must lie in the valueRange (0, 1), but was 2.", error.Message, StringComparison.Ordinal);
    }
}
