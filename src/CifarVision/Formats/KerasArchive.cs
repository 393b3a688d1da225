using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Formats;

/// <summary>
/// A whole model in Keras 3's format (.keras): a zip of stored members, <c>metadata.json</c>, <c>config.json</c> and <c>model.weights.h5</c>.
/// </summary>
internal sealed class KerasArchive : IDisposable
{
    /// <summary>The member with the envelope of the model.</summary>
    public const string ConfigName = "config.json";

    /// <summary>The member with the weights and the optimizer's state.</summary>
    public const string WeightsName = "model.weights.h5";

    private const string MetadataName = "metadata.json";

    private static readonly byte[] Hdf5Signature = [0x89, .. "HDF\r\n"u8, 0x1A, (byte)'\n'];

    private readonly FileStream _file;

    private KerasArchive(JsonObject config, Hdf5Reader weights, FileStream file) => (Config, Weights, _file) = (config, weights, file);

    /// <summary>The envelope of the model.</summary>
    public JsonObject Config { get; }

    /// <summary>The weights and the optimizer's state.</summary>
    public Hdf5Reader Weights { get; }

    /// <summary>Writes an archive; the old file is kept until the new one is complete.</summary>
    public static void Write(string path, JsonObject config, Hdf5Writer weights) => AtomicFile.Write(path, stream =>
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        WriteJson(archive, MetadataName, new JsonObject
        {
            ["keras_version"] = KerasFormat.Version,
            ["date_saved"] = DateTime.Now.ToString("yyyy-MM-dd@HH:mm:ss", CultureInfo.InvariantCulture),
        });
        WriteJson(archive, ConfigName, config);

        using Stream member = StoredMember.Create(archive, WeightsName);
        weights.Write(member);
    });

    /// <summary>Opens an archive. The values of weights are read on demand.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not such an archive, is damaged, or lacks a member.</exception>
    public static KerasArchive Open(string path)
    {
        FileStream stream = KerasFormat.OpenRead(path);
        try
        {
            Dictionary<string, Stream> members = ReadMembers(stream, path);
            // The version is not checked: the configs themselves are read, whatever version wrote them.
            JsonObject config = ParseObject(members, path, ConfigName);
            return new KerasArchive(config, Hdf5Reader.Open(Member(members, path, WeightsName), $"{WeightsName} of {path}"), stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Weights.Dispose();
        _file.Dispose();
    }

    private static void WriteJson(ZipArchive archive, string name, JsonObject content)
    {
        using var member = new StreamWriter(StoredMember.Create(archive, name));
        member.Write(KerasFormat.ToText(content));
    }

    private static Dictionary<string, Stream> ReadMembers(FileStream stream, string path)
    {
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            return archive.Entries.ToDictionary(entry => entry.FullName, entry => Read(entry, stream));
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or NotSupportedException or OverflowException or ArgumentException)
        {
            throw new InvalidDataException($"KerasArchive: {path} must be a whole zip archive, but could not be read: {error.Message} Save or copy it again.", error);
        }
    }

    private static Stream Read(ZipArchiveEntry entry, FileStream stream)
    {
        ZipChecksum.Require(entry);
        if (entry.CompressedLength == entry.Length && FindStoredHdf5(entry, stream) is { } part)
            return part;
        using Stream member = entry.Open();
        var memory = new MemoryStream(checked((int)entry.Length));
        member.CopyTo(memory);
        memory.Position = 0;
        return memory;
    }

    // Uncompressed weights are read in place, without a copy, because HDF5 needs to seek. The position after the first byte tells where the member begins. A
    // compressed member may have the same length, but does not begin with HDF5's signature.
    private static StreamPart? FindStoredHdf5(ZipArchiveEntry entry, FileStream stream)
    {
        using Stream member = entry.Open();
        if (member.ReadByte() < 0)
            return null;
        var part = new StreamPart(stream, stream.Position - 1, entry.Length);
        Span<byte> start = stackalloc byte[Hdf5Signature.Length];
        bool isStored = part.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(Hdf5Signature);
        part.Position = 0;
        return isStored ? part : null;
    }

    private static Stream Member(Dictionary<string, Stream> members, string path, string name) => members.GetValueOrDefault(name)
        ?? throw new InvalidDataException($"KerasArchive: {path} must hold {name}, but holds {string.Join(", ", members.Keys)}. Save it again.");

    private static JsonObject ParseObject(Dictionary<string, Stream> members, string path, string name)
    {
        using var reader = new StreamReader(Member(members, path, name));
        return KerasFormat.ParseObject(reader.ReadToEnd(), $"{name} of {path}");
    }
}
