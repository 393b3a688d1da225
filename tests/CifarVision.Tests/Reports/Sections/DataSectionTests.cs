using System.Security.Cryptography;
using CifarVision.Datasets;
using CifarVision.Reports.Sections;

namespace CifarVision.Tests.Reports.Sections;

public class DataSectionTests
{
    [Fact]
    public void Hash_PixelsAndLabels_IsTheSha256OfTheirBytes()
    {
        byte[] pixels = [.. Enumerable.Range(0, 300 * 12).Select(i => (byte)(i % 251))];
        byte[] labels = [.. Enumerable.Range(0, 300).Select(i => (byte)(i % 3))];
        var data = new ImageDataset(np.array(pixels).reshape(300, 2, 2, 3), np.array(labels));
        byte[] expected = [.. pixels, .. labels.SelectMany(label => BitConverter.GetBytes((long)label))];

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(expected)), DataSection.Hash(data));
    }
}
