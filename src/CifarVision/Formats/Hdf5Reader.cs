using System.Buffers.Binary;
using System.Reflection;
using System.Runtime.InteropServices;
using CifarVision.Formats.Hdf5;
using PureHDF;
using PureHDF.Filters;
using PureHDF.VOL.Native;

namespace CifarVision.Formats;

/// <summary>Reads an HDF5 file: its arrays by path, and the string attributes of its groups. Damage is an error that names the damaged part.</summary>
internal sealed class Hdf5Reader : IDisposable
{
    // Deeper than any model.
    private const int GreatestDepth = 64;

    // Where PureHDF 2.2 keeps the links that a group had when another group cached them. HDF5 does not bring that cache up to date when a link
    // whose name is not ASCII changes how the group stores its links, so links are read from the group itself.
    private static readonly FieldInfo? CachedLinks = typeof(NativeGroup).GetField("_scratchPad", BindingFlags.Instance | BindingFlags.NonPublic);

    // PureHDF reads the same blocks again, and those that the walk over the structure leaves out: attributes, lists of chunks.
    private const int ReadsOfStructure = 32;
    private const long MostAttributeBytes = 1 << 26;
    private const long FreeBytes = 1 << 20;
    private const long LargestChunk = 1 << 26;

    private readonly Dictionary<string, StoredArray> _arrays = [];
    private readonly Dictionary<string, IH5Group> _groups = [];
    private readonly NativeFile _file;
    private readonly Hdf5Stream _stream;
    private readonly string _source;

    static Hdf5Reader() => H5Filter.Register(new BoundedDeflate());

    private Hdf5Reader(NativeFile file, Hdf5Stream stream, string source)
    {
        (_file, _stream, _source) = (file, stream, source);
        ForgetCachedLinks(file);
        Walk(file, "", GreatestDepth);
    }

    /// <summary>All arrays by path, such as <c>layers/conv2d/vars/0</c>.</summary>
    public IReadOnlyDictionary<string, StoredArray> Arrays => _arrays;

    /// <summary>Opens a file.</summary>
    /// <param name="stream">A seekable stream; closed with the reader.</param>
    /// <param name="source">The name of the file, for messages.</param>
    /// <exception cref="InvalidDataException">The file is not HDF5, or is damaged.</exception>
    public static Hdf5Reader Open(Stream stream, string source)
    {
        try
        {
            RequireWhole(stream, source);
            long structure = Hdf5Structure.Require(stream, source);
            var bounded = new Hdf5Stream(stream, (ReadsOfStructure * structure) + Math.Min(ReadsOfStructure * stream.Length, MostAttributeBytes) + FreeBytes);
            stream.Position = 0;
            return new Hdf5Reader(Guarded(source, "its head", () => H5File.Open(bounded)), bounded, source);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether a group exists.</summary>
    public bool HasGroup(string path) => _groups.ContainsKey(path);

    /// <summary>Returns a string attribute of a group; null if there is none.</summary>
    public string? Text(string path, string attribute) => Guarded(_source, $"attribute {attribute}", () =>
        _groups.TryGetValue(path, out IH5Group? group) && group.AttributeExists(attribute) ? group.Attribute(attribute).Read<string>() : null);

    /// <summary>Returns a list of strings from an attribute of a group, which may be split over several attributes; null if there is none.</summary>
    public IReadOnlyList<string>? Names(string path, string attribute) => Guarded<IReadOnlyList<string>?>(_source, $"attribute {attribute} of {path}", () =>
    {
        if (!_groups.TryGetValue(path, out IH5Group? group))
            return null;
        if (group.AttributeExists(attribute))
            return ReadNames(group.Attribute(attribute));
        var names = new List<string>();
        for (int i = 0; group.AttributeExists(FormattableString.Invariant($"{attribute}{i}")); i++)
            names.AddRange(ReadNames(group.Attribute(FormattableString.Invariant($"{attribute}{i}"))));
        return names.Count == 0 ? null : names;
    });

    public void Dispose() => _file.Dispose();

    private static T Guarded<T>(string source, string part, Func<T> read)
    {
        try
        {
            return read();
        }
        // The package throws Exception, and damaged lengths cause various exceptions.
        catch (Exception error)
        {
            throw Damaged(source, part, error);
        }
    }

    private static InvalidDataException Damaged(string source, string part, Exception error) =>
        new($"Hdf5Reader: {source} must be a whole HDF5 file, but {part} could not be read: {error.GetBaseException().Message} Save or copy it again.", error);

    // The superblock states the end of the file. Without this check, missing bytes may be read as zeros or not at all.
    private static void RequireWhole(Stream stream, string source)
    {
        Span<byte> head = stackalloc byte[56];
        stream.Position = 0;
        head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        stream.Position = 0;
        if (head.Length < 56 || !head.StartsWith(Hdf5Structure.Signature))
            return;
        // Versions 0 and 1 begin with four counts of a tree, version 1 with one more; all end with four addresses of up to 8 bytes.
        int end = head[8] switch { 0 => 40, 1 => 44, _ => 28 };
        int bytesOfAddress = head[head[8] < 2 ? 13 : 9];
        if (bytesOfAddress == sizeof(long) && BinaryPrimitives.ReadInt64LittleEndian(head[end..]) is var length && length > stream.Length)
            throw new InvalidDataException(FormattableString.Invariant($"Hdf5Reader: {source} must be a whole HDF5 file of {length} bytes, but has only {stream.Length}. Save or copy it again."));
    }

    // A chunk is taken into memory as a whole.
    private static void RequireSmallChunks(NativeDataset dataset, long bytes)
    {
        if (dataset.Layout.Class != H5DataLayoutClass.Chunked)
            return;
        long chunk = dataset.Layout.Chunks.Aggregate((long)dataset.Type.Size, (product, dim) => checked(product * (long)dim));
        if (chunk > bytes + LargestChunk)
            throw new InvalidDataException(FormattableString.Invariant($"its chunks of {chunk} bytes are larger than its {bytes} bytes."));
    }

    private static string[] ReadNames(IH5Attribute attribute) => attribute.Space.Dimensions is [0] ? [] : attribute.Read<string[]>();

    private void Walk(IH5Group group, string path, int depth)
    {
        _groups[path] = group;
        foreach (IH5Object child in Guarded(_source, path.Length == 0 ? "its root" : path, () => group.Children().ToArray()))
        {
            string childPath = path.Length == 0 ? child.Name : $"{path}/{child.Name}";
            if (depth == 0)
                throw new InvalidDataException($"Hdf5Reader: {_source} must be a whole HDF5 file, but its groups lie over {GreatestDepth} deep. Save or copy it again.");
            if (child is NativeDataset dataset)
                _arrays[childPath] = Guarded(_source, childPath, () => Stored(dataset, childPath));
            else if (child is IH5Group inner)
                Walk(ForgetCachedLinks(inner), childPath, depth - 1);
        }
    }

    private StoredArray Stored(NativeDataset dataset, string path)
    {
        long[] shape = [.. dataset.Space.Dimensions.Select(dim => checked((long)dim))];
        return (dataset.Type.Class, dataset.Type.Size) switch
        {
            (H5DataTypeClass.FloatingPoint, sizeof(float)) => new StoredArray(shape, ScalarType.Float32, Filler<float>(dataset, path)),
            (H5DataTypeClass.FloatingPoint, sizeof(double)) => new StoredArray(shape, ScalarType.Float64, Filler<double>(dataset, path)),
            (H5DataTypeClass.FixedPoint, sizeof(int)) => new StoredArray(shape, ScalarType.Int32, Filler<int>(dataset, path)),
            (H5DataTypeClass.FixedPoint, sizeof(long)) => new StoredArray(shape, ScalarType.Int64, Filler<long>(dataset, path)),
            var (kind, size) => new StoredArray(shape, ScalarType.Byte, _ => throw new InvalidDataException(
                $"Hdf5Reader: {path} in {_source} must hold float32, float64, int32 or int64, but holds {kind} of {size} bytes. Save it in float32.")),
        };
    }

    private StoredArray.Reader Filler<T>(NativeDataset dataset, string path)
        where T : unmanaged => values =>
        {
            try
            {
                RequireSmallChunks(dataset, values.Length);
                _stream.Allow((4L * values.Length) + _stream.Length + FreeBytes);
                dataset.Read(MemoryMarshal.Cast<byte, T>(values));
            }
            catch (Exception error)
            {
                throw Damaged(_source, path, error);
            }
        };

    private static IH5Group ForgetCachedLinks(IH5Group group)
    {
        CachedLinks?.SetValue(group, null);
        return group;
    }
}
