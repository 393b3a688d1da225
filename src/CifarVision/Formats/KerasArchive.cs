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

    // A thousand layers take 1 MB.
    private const long LongestJson = 1 << 26;

    // Above this, weights shrink so much that they are checked only when they are used.
    private const long MostTimes = 4;
    private const long FreeBytes = 1 << 26;

    private readonly string _path;
    private readonly FileStream _file;
    private readonly ZipArchive _zip;
    private readonly bool _isChecked;
    private Hdf5Reader? _weights;

    private KerasArchive(string path, FileStream file, ZipArchive zip)
    {
        (_path, _file, _zip) = (path, file, zip);
        // The version is not checked: the configs themselves are read, whatever version wrote them.
        if (zip.GetEntry(MetadataName) is { } metadata)
            ReadJson(metadata);
        Config = ReadJson(Require(ConfigName));
        // Damage is reported before all else, unless checking it is more work than the file is worth.
        ZipArchiveEntry weights = Require(WeightsName);
        _isChecked = weights.Length <= (MostTimes * file.Length) + FreeBytes;
        if (_isChecked)
            Guarded(path, () =>
            {
                ZipMember.RequireChecksum(weights);
                return true;
            });
    }

    /// <summary>The envelope of the model.</summary>
    public JsonObject Config { get; }

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

    /// <summary>Opens an archive.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not such an archive, is damaged, or lacks a member.</exception>
    public static KerasArchive Open(string path)
    {
        FileStream stream = KerasFormat.OpenRead(path);
        try
        {
            ZipArchive zip = Guarded(path, () =>
            {
                var opened = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
                // Reads the list of members.
                _ = opened.Entries;
                return opened;
            });
            return new KerasArchive(path, stream, zip);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Opens the weights and the optimizer's state. Values are read on demand.</summary>
    /// <param name="most">The bytes that they may take in memory where they are compressed.</param>
    /// <returns>Disposed with the archive.</returns>
    /// <exception cref="InvalidDataException">They are damaged, or larger.</exception>
    public Hdf5Reader OpenWeights(long most) =>
        _weights = Hdf5Reader.Open(Guarded(_path, () => Unpack(Require(WeightsName), most)), $"{WeightsName} of {_path}");

    public void Dispose()
    {
        _weights?.Dispose();
        _zip.Dispose();
        _file.Dispose();
    }

    private static void WriteJson(ZipArchive archive, string name, JsonObject content)
    {
        using var member = new StreamWriter(StoredMember.Create(archive, name));
        member.Write(KerasFormat.ToText(content));
    }

    private static T Guarded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or NotSupportedException or OverflowException or ArgumentException)
        {
            throw new InvalidDataException($"KerasArchive: {path} must be a whole zip archive, but could not be read: {error.Message} Save or copy it again.", error);
        }
    }

    // Only the members that are used are read, since others may hold anything.
    private ZipArchiveEntry Require(string name)
    {
        const int told = 20;
        return _zip.GetEntry(name)
            ?? throw new InvalidDataException($"KerasArchive: {_path} must hold {name}, but holds {string.Join(", ", _zip.Entries.Take(told).Select(entry => entry.FullName))}. Save it again.");
    }

    private JsonObject ReadJson(ZipArchiveEntry entry) => KerasFormat.ParseObject(Guarded(_path, () => ReadText(entry)), $"{entry.FullName} of {_path}");

    private static string ReadText(ZipArchiveEntry entry)
    {
        if (entry.Length > LongestJson)
            throw new InvalidDataException(FormattableString.Invariant($"the member {entry.FullName} must have {LongestJson} bytes at most, but declares {entry.Length}."));
        ZipMember.RequireChecksum(entry);
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }

    private Stream Unpack(ZipArchiveEntry entry, long most)
    {
        if (entry.CompressedLength == entry.Length && FindStoredHdf5(entry, _file) is { } part)
        {
            if (!_isChecked)
                ZipMember.RequireChecksum(entry);
            return part;
        }

        if (entry.Length > Math.Min(most, Array.MaxLength))
            throw new InvalidDataException(FormattableString.Invariant($"the member {entry.FullName} must have {most} bytes at most for this model, but declares {entry.Length}."));
        ZipMember.RequirePresent(entry, _file.Length);
        if (!_isChecked)
            ZipMember.RequireChecksum(entry);
        using Stream member = entry.Open();
        var memory = new MemoryStream((int)entry.Length);
        member.CopyTo(memory);
        memory.Position = 0;
        return memory;
    }

    // Uncompressed weights are read in place, without a copy, because HDF5 needs to seek. The position after the first byte shows where the member begins. A
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
}
