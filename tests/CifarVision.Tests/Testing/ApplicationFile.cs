using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Tests.Testing;

/// <summary>
/// The files that Keras saved of its applications, which hold <see cref="FormulaWeights"/>. Golden/applications has them without the values of the
/// weights, which do not compress, and with their places: each file is put together again, to the last bit.
/// </summary>
internal static class ApplicationFile
{
    /// <summary>Writes a file as Keras saved it.</summary>
    /// <param name="name">The application: MobileNet or MobileNetV2.</param>
    /// <param name="ending">.keras, .h5 or .weights.h5.</param>
    /// <param name="weights">All weights, in Keras' order.</param>
    /// <param name="path">The file to write.</param>
    public static void Write(string name, string ending, IReadOnlyList<NDArray> weights, string path)
    {
        JsonObject file = JsonNode.Parse(File.ReadAllText(GoldenCase.Locate($"applications/{name}.files.json")))![ending]!.AsObject();
        using var bytes = new MemoryStream();
        using (var emptied = new GZipStream(File.OpenRead(GoldenCase.Locate($"applications/{name}{ending}.gz")), CompressionMode.Decompress))
            emptied.CopyTo(bytes);
        foreach ((JsonNode? place, NDArray values) in file["offsets"]!.AsArray().Zip(weights))
        {
            bytes.Position = place!.GetValue<long>();
            bytes.Write(ArrayConversion.Bytes(values));
        }

        Assert.Equal(file["sha256"]!.GetValue<string>(), Convert.ToHexStringLower(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length))));
        File.WriteAllBytes(path, bytes.ToArray());
    }
}
