using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using CifarVision.Datasets;
using CifarVision.Reports.Page;

namespace CifarVision.Reports.Sections;

/// <summary>The images by class, and a hash by which data is compared.</summary>
internal sealed class DataSection : ReportSection
{
    private const int MostPictures = 20;
    private const int RowsPerRead = 256;

    private readonly FactList _facts = new();
    private readonly DataTable _classes;
    private readonly PictureGrid _examples = new();

    /// <summary>Counts the images, computes the hashes and takes an example of each class.</summary>
    public DataSection(TestResults results, ImageDataset? trainData)
        : base("data", "Data")
    {
        ImageDataset test = results.Data;
        _facts.Add("Image shape", $"{string.Join(" × ", test.ImageShape.Dims.ToArray().Select(side => side.ToString(CultureInfo.InvariantCulture)))} (height, width, channels), {(test.Scale == 1 ? "0 to 255" : "scaled to 0 to 1")}");
        if (trainData is not null)
            AddSet("training", trainData);
        AddSet("test", test);
        int[] labels = Labels(test);
        int[] trained = trainData is null ? [] : Labels(trainData);
        _classes = new DataTable("Images of each class", ["class", .. trainData is null ? Array.Empty<string>() : ["training"], "test"]);
        foreach ((int i, string name) in results.Names.Index())
            _classes.Add([name, .. trainData is null ? Array.Empty<DataCell>() : [DataCell.Count(trained.Count(label => label == i))], DataCell.Count(labels.Count(label => label == i))]);
        int[] examples = [.. Enumerable.Range(0, results.Names.Count).Select(i => Array.IndexOf(labels, i)).Where(row => row >= 0).Take(MostPictures)];
        ImageDataset pictures = test.Take(examples);
        foreach ((int i, int row) in examples.Index())
            _examples.Add(EmbeddedImage.Address(pictures.Images, i), $"An image of class {results.Names[labels[row]]}", results.Names[labels[row]]);
    }

    /// <summary>Returns the SHA-256 of the pixels of all images, in order, followed by the labels as 64-bit integers, little-endian.</summary>
    internal static string Hash(ImageDataset data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int start = 0; start < data.Count; start += RowsPerRead)
            hash.AppendData(data.Take(Enumerable.Range(start, Math.Min(RowsPerRead, data.Count - start))).Images.ravel().ToArray<byte>());
        byte[] label = new byte[sizeof(long)];
        foreach (int value in data.HasLabels ? Labels(data) : [])
        {
            BinaryPrimitives.WriteInt64LittleEndian(label, value);
            hash.AppendData(label);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter html)
    {
        _facts.Write(html);
        html.Element("p", "The SHA-256 is that of the pixels as bytes, image by image, followed by the labels as 64-bit integers: two sets with the same hash are the same data in the same order.", ("class", "note"));
        html.Element("h3", "A test image of each class");
        _examples.Write(html);
        _classes.Write(html);
    }

    private static int[] Labels(ImageDataset data) => data.Labels.astype(typeof(int)).ravel().ToArray<int>();

    private void AddSet(string name, ImageDataset data)
    {
        _facts.Add($"Images of the {name} set", ReportNumber.Count(data.Count));
        _facts.AddCode($"SHA-256 of the {name} set", Hash(data));
    }
}
