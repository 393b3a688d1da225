using CifarVision.Datasets;

namespace CifarVision.Tests.Datasets;

public class PlanarPixelsTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(1024)]
    public void Interleave_ThreePlanes_GivesPixels(int count)
    {
        byte[] planes = new byte[3 * count];
        new Random(7).NextBytes(planes);
        byte[] pixels = new byte[planes.Length];
        PlanarPixels.Interleave(planes, pixels);

        for (int i = 0; i < count; i++)
            Assert.Equal([planes[i], planes[count + i], planes[(2 * count) + i]], pixels[(3 * i)..((3 * i) + 3)]);
    }
}
