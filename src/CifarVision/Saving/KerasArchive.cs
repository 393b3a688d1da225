using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Saving;

/// <summary>
/// A whole model in Keras 3's format (.keras): a zip of stored members, <c>metadata.json</c>, <c>config.json</c> and <c>model.weights.h5</c>.
/// </summary>
internal sealed class KerasArchive : IDisposable
{
    /// <summary>The member that holds the envelope of the model.</summary>
    public const string ConfigName = "config.json";

    /// <summary>The member that holds the weights and the optimizer's state.</summary>
    public const string WeightsName = "model.weights.h5";

    private const string MetadataName = "metadata.json";

    private KerasArchive(JsonObject config, Hdf5Reader weights) => (Config, Weights) = (config, weights);

    /// <summary>The envelope of the model.</summary>
    public JsonObject Config { get; }

    /// <summary>The weights and the optimizer's state.</summary>
    public Hdf5Reader Weights { get; }

    /// <summary>Writes an archive; the old file stays until the new one is whole.</summary>
    public static void Write(string path, JsonObject config, Hdf5Writer weights) => AtomicFile.Write(path, stream =>
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        WriteJson(archive, MetadataName, new JsonObject
        {
            ["keras_version"] = KerasFormat.Version,
            ["date_saved"] = DateTime.Now.ToString("yyyy-MM-dd@HH:mm:ss", CultureInfo.InvariantCulture),
        });
        WriteJson(archive, ConfigName, config);

        // The HDF5 writer goes back and forth, which it cannot in a member of a zip.
        using var memory = new MemoryStream();
        weights.Write(memory);
        memory.Position = 0;
        using Stream member = Create(archive, WeightsName);
        memory.CopyTo(member);
    });

    /// <summary>Opens an archive; the values of weights are read when asked for.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no such archive, damaged, of another version, or lacks a member.</exception>
    public static KerasArchive Open(string path)
    {
        Dictionary<string, MemoryStream> members = ReadMembers(path);
        KerasFormat.RequireVersion(ParseObject(members, path, MetadataName)["keras_version"]?.ToString(), oldest: 3, $"{MetadataName} of {path}");
        return new KerasArchive(ParseObject(members, path, ConfigName), Hdf5Reader.Open(Member(members, path, WeightsName), $"{WeightsName} of {path}"));
    }

    public void Dispose() => Weights.Dispose();

    private static void WriteJson(ZipArchive archive, string name, JsonObject content)
    {
        using var member = new StreamWriter(Create(archive, name));
        member.Write(KerasFormat.ToText(content));
    }

    private static Stream Create(ZipArchive archive, string name)
    {
        ZipArchiveEntry entry = archive.CreateEntry(name, CompressionLevel.NoCompression);
        // As Keras does; the date of saving stands in the metadata.
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return entry.Open();
    }

    private static Dictionary<string, MemoryStream> ReadMembers(string path)
    {
        using FileStream stream = KerasFormat.OpenRead(path);
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            var members = new Dictionary<string, MemoryStream>();
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                var memory = new MemoryStream(checked((int)entry.Length));
                using (Stream member = entry.Open())
                    member.CopyTo(memory);
                memory.Position = 0;
                members[entry.FullName] = memory;
            }

            return members;
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or NotSupportedException or OverflowException or ArgumentException)
        {
            throw new InvalidDataException($"KerasArchive: {path} must be a whole zip archive, but could not be read: {error.Message} Save or copy it again.", error);
        }
    }

    private static MemoryStream Member(Dictionary<string, MemoryStream> members, string path, string name) => members.GetValueOrDefault(name)
        ?? throw new InvalidDataException($"KerasArchive: {path} must hold {name}, but holds {string.Join(", ", members.Keys)}. Save it again.");

    private static JsonObject ParseObject(Dictionary<string, MemoryStream> members, string path, string name)
    {
        using var reader = new StreamReader(Member(members, path, name));
        return KerasFormat.ParseObject(reader.ReadToEnd(), $"{name} of {path}");
    }
}
