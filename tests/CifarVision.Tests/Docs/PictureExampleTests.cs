using CifarVision.Models;
using CifarVision.Plotting;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Docs;

/// <summary>The example of docs/pictures.md that the sample LeNetVsAlexNet does not draw.</summary>
public class PictureExampleTests
{
    [Fact]
    public void SavePlot_SmallResNet_IsThePictureOfThePage()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("resnet8.png");

        #region resnet
        ResNetBuilder.Create((32, 32, 3), numClasses: 10, depth: 8).SavePlot(path);
        #endregion

        Assert.Equal(Picture.PngSize(Repository.PathOf("docs", "images", "resnet8.png")), Picture.PngSize(path));
    }
}
