using CifarVision.Datasets;

namespace CifarVision.Tests.Datasets;

public class ImageResizeTests
{
    public static TheoryData<int, int, int, int> Sizes => new()
    {
        { 5, 7, 5, 7 },     // as it is
        { 64, 48, 8, 12 },  // whole areas
        { 37, 53, 7, 11 },  // areas that end within pixels
        { 5, 7, 3, 5 },     // areas of under two pixels
        { 3, 4, 10, 9 },    // larger
        { 40, 3, 7, 20 },   // smaller one way, larger the other
        { 1, 1, 4, 4 },
        { 300, 200, 1, 1 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Stretch_AnySize_IsWhatPlainLoopsGive(int height, int width, int newHeight, int newWidth)
    {
        byte[] pixels = Opaque(height, width);
        var target = new byte[newHeight * newWidth * 3];
        ImageResize.Stretch(pixels, (height, width), target, PixelOrder.Of(1, (newHeight, newWidth)));

        for (int i = 0; i < target.Length; i++)
        {
            (int y, int x, int c) = (i / 3 / newWidth, i / 3 % newWidth, i % 3);
            double expected = 0;
            for (int row = 0; row < height; row++)
            {
                double share = Share(row, height, y, newHeight);
                for (int column = 0; share > 0 && column < width; column++)
                    expected += share * Share(column, width, x, newWidth) * pixels[(((row * width) + column) * 4) + c];
            }

            // Half a level is the rounding.
            Assert.InRange(target[i], expected - 0.501, expected + 0.501);
        }
    }

    [Fact]
    public void Stretch_ToItsOwnSize_CopiesBitForBit()
    {
        byte[] pixels = Opaque(9, 31);
        var target = new byte[9 * 31 * 3];
        ImageResize.Stretch(pixels, (9, 31), target, PixelOrder.Of(1, (9, 31)));

        Assert.Equal([.. pixels.Where((_, i) => i % 4 != 3)], target);
    }

    // How much of a pixel of a smaller picture lies in a pixel of the source; in a larger one, how near its centre is (a tent of one pixel).
    private static double Share(int at, int source, int target, int targets)
    {
        double start = (double)target * source / targets;
        double end = (double)(target + 1) * source / targets;
        if (targets <= source)
            return Math.Max(0, Math.Min(end, at + 1) - Math.Max(start, at)) / (end - start);
        double centre = Math.Clamp((start + end) / 2, 0.5, source - 0.5);
        return Math.Max(0, 1 - Math.Abs(centre - (at + 0.5)));
    }

    private static byte[] Opaque(int height, int width)
    {
        var pixels = new byte[height * width * 4];
        new Random(1).NextBytes(pixels);
        for (int i = 3; i < pixels.Length; i += 4)
            pixels[i] = 255;
        return pixels;
    }
}
