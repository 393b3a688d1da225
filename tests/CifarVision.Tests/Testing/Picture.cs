using System.Buffers.Binary;
using System.Text;
using System.Xml.Linq;

namespace CifarVision.Tests.Testing;

/// <summary>What is in the files of pictures.</summary>
internal static class Picture
{
    /// <summary>Width and height of a PNG that Skia can read.</summary>
    public static (int Width, int Height) PngSize(string path)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        Assert.Equal("IHDR", Encoding.ASCII.GetString(bytes.Slice(12, 4)));
        return (BinaryPrimitives.ReadInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadInt32BigEndian(bytes[20..]));
    }

    /// <summary>The texts of an SVG, each of which is drawn as outlines.</summary>
    public static IReadOnlyList<string> Texts(string path)
    {
        XElement root = XDocument.Load(path).Root!;
        Assert.Empty(root.Descendants(root.Name.Namespace + "text"));
        XElement[] labelled = [.. root.Descendants().Where(element => element.Attribute("aria-label") is not null)];
        Assert.All(labelled, element => Assert.True(((string)element.Attribute("d")!).Length > 20));
        return [.. labelled.Select(element => (string)element.Attribute("aria-label")!)];
    }
}
