using CifarVision.Evaluation;

namespace CifarVision.Tests.Evaluation;

public class HeatMapTests
{
    private static readonly NDArray Maps = np.array(new[] { 0f, 0.25f, 1f, 0.125f }).reshape(1, 2, 2);

    [Fact]
    public void Over_Gray_MixesTheColors()
    {
        NDArray pixels = HeatMap.Over(np.array(new byte[] { 0, 255, 255, 0 }).reshape(1, 2, 2, 1), Maps);

        Assert.Equal([1L, 2, 2, 3], pixels.shape);

        // 0.4 of the gray and 0.6 of the color.
        Assert.Equal([0, 0, 2, 154, 112, 168, 253, 255, 200, 26, 5, 34], pixels.ravel().ToArray<byte>());
    }

    [Fact]
    public void Over_Color_IsThatOfItsBrightness()
    {
        NDArray red = np.array(new float[] { 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0 }).reshape(1, 2, 2, 3);
        NDArray gray = np.array(new[] { 0.299f, 0.299f, 0.299f, 0.299f }).reshape(1, 2, 2, 1);
        Assert.Equal(HeatMap.Over(gray, Maps).ravel().ToArray<byte>(), HeatMap.Over(red, Maps).ravel().ToArray<byte>());
    }

    [Fact]
    public void Over_WhatDoesNotFit_IsAnError()
    {
        NDArray images = np.zeros(new Shape(1, 2, 2, 3), np.float32);
        Expect("HeatMap: images must be at least one image of shape (N, height, width, 1 or 3), but was (1, 2, 2, 2).", np.zeros(new Shape(1, 2, 2, 2), np.float32), Maps);
        Expect("HeatMap: maps must be of shape (1, 2, 2), but was (1, 2, 3).", images, np.zeros(new Shape(1, 2, 3), np.float32));
        Expect("HeatMap: images must be from 0 to 1, or uint8, but was 2.", images + 2, Maps);
        Expect("HeatMap: maps must be from 0 to 1, but was NaN.", images, Maps * float.NaN);

        static void Expect(string message, NDArray images, NDArray maps) =>
            Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => HeatMap.Over(images, maps)).Message, StringComparison.Ordinal);
    }
}
