using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using SkiaSharp;

namespace CifarVision.Plotting;

/// <summary>
/// Makes Skia's SVG independent of the viewer. Skia only names the font, so another font would be drawn where it is not installed: text becomes outlines, with
/// labels for screen readers and searches. Skia's images have numbers as ids, which clash between two figures on one page, and are blurred: they are placed where
/// they are used, without interpolation. Skia numbers clip paths by a counter of the process: they are named by their content, so that a figure always gives the
/// same file.
/// </summary>
internal static class SvgFinish
{
    /// <summary>Reads an SVG whose text is set in <see cref="PlotFont"/>, and makes it scale to a size in pixels.</summary>
    public static XDocument Finish(Stream svg, int width, int height, SKSize size)
    {
        XDocument document = XDocument.Load(svg);
        XElement root = document.Root!;
        root.SetAttributeValue("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {size.Width} {size.Height}"));
        root.SetAttributeValue("width", width);
        root.SetAttributeValue("height", height);
        foreach (XElement text in root.Descendants(root.Name.Namespace + "text").ToArray())
            text.ReplaceWith(Outline(text));
        PlaceImages(root);
        NameClips(root);
        return document;
    }

    private static void PlaceImages(XElement root)
    {
        XName href = XName.Get("href", "http://www.w3.org/1999/xlink");
        Dictionary<string, XElement> images = root.Descendants(root.Name.Namespace + "image").ToDictionary(image => $"#{(string)image.Attribute("id")!}");
        foreach (XElement use in root.Descendants(root.Name.Namespace + "use").ToArray())
        {
            var image = new XElement(images[(string)use.Attribute(href)!]);
            image.Attribute("id")!.Remove();

            // The attribute for viewers that do not know the style's newer word.
            image.Add(use.Attribute("transform"), new XAttribute("image-rendering", "optimizeSpeed"), new XAttribute("style", "image-rendering: pixelated"));
            use.ReplaceWith(image);
        }

        foreach (XElement image in images.Values)
            image.Parent!.Remove();
    }

    private static void NameClips(XElement root)
    {
        var names = new Dictionary<string, string>();
        foreach (XElement clip in root.Descendants(root.Name.Namespace + "clipPath").ToArray())
        {
            string name = $"clip-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(clip.Nodes()))).AsSpan(0, 6))}";
            if (names.ContainsValue($"url(#{name})"))
                clip.Remove();
            names.Add($"url(#{(string)clip.Attribute("id")!})", $"url(#{name})");
            clip.SetAttributeValue("id", name);
        }

        foreach (XAttribute use in root.Descendants().Attributes("clip-path"))
            use.Value = names[use.Value];
    }

    private static XElement Outline(XElement text)
    {
        string content = text.Value.Trim();
        using var font = new SKFont(PlotFont.Typeface, Number(text, "font-size")) { Subpixel = true };
        using SKPath path = font.GetTextPath(content, new SKPoint(Number(text, "x"), Number(text, "y")));
        var outline = new XElement(text.Name.Namespace + "path", new XAttribute("role", "img"), new XAttribute("aria-label", content));
        foreach (XAttribute attribute in text.Attributes().Where(attribute => attribute.Name.LocalName is "transform" or "fill" or "fill-opacity" or "style"))
            outline.Add(attribute);
        outline.Add(new XAttribute("d", path.ToSvgPathData()));
        return outline;
    }

    // Positions are lists with one entry per letter, "12.5, 17.1, "; the first says where the text begins.
    private static float Number(XElement text, string attribute) =>
        float.Parse(((string)text.Attribute(attribute)!).Split(',')[0], CultureInfo.InvariantCulture);
}
