using System.Globalization;
using System.Text;
using CifarVision.Runtime;
using PureHDF;
using PureHDF.Selections;

namespace CifarVision.Formats;

/// <summary>Collects groups, arrays and attributes and writes them as an HDF5 file with the layout that h5py uses for Keras: contiguous, uncompressed.</summary>
internal sealed class Hdf5Writer
{
    // Keras' limit for one attribute, below HDF5's limit of 65,536.
    private const int AttributeLimit = 64512;
    private const int BytesOfReference = 16;

    private readonly H5File _root = [];
    private readonly List<PendingArray> _arrays = [];

    /// <summary>Adds an array or a scalar, and its groups.</summary>
    /// <param name="path">The path, such as <c>layers/conv2d/vars/0</c>.</param>
    /// <param name="values">The values, of type float32, float64, int32 or int64; an array is read when the file is written.</param>
    public void AddArray(string path, NDArray values) => Add(path, values.shape, ArrayConversion.ElementType(values), values.WriteTo, () => values);

    /// <inheritdoc cref="AddArray(string, NDArray)"/>
    public void AddArray(string path, Tensor values) => Add(path, values.shape, values.dtype, values.WriteTo, () => ArrayConversion.ToNDArray(values));

    /// <summary>Adds a string attribute to a group.</summary>
    public void SetText(string path, string attribute, string text) => Group(path).Attributes[attribute] = text;

    /// <summary>Adds a list of strings to a group. A list that is too long for one attribute is split over <c>name0</c>, <c>name1</c>, ..., as Keras does.</summary>
    public void SetNames(string path, string attribute, IReadOnlyList<string> names)
    {
        Dictionary<string, object> attributes = Group(path).Attributes;
        // h5py has no type for an empty list, so it becomes an array of 0 float64.
        if (names.Count == 0)
        {
            attributes[attribute] = new H5Attribute(Array.Empty<double>());
            return;
        }

        int width = Math.Max(BytesOfReference, names.Max(Encoding.UTF8.GetByteCount));
        int inOne = Math.Max(1, AttributeLimit / width);
        if (names.Count <= inOne)
        {
            attributes[attribute] = names.ToArray();
            return;
        }

        // Like numpy.array_split: as even as possible, the longer parts first.
        int parts = (names.Count + inOne - 1) / inOne;
        int at = 0;
        for (int i = 0; i < parts; i++)
        {
            int count = (names.Count / parts) + (i < names.Count % parts ? 1 : 0);
            attributes[attribute + i.ToString(CultureInfo.InvariantCulture)] = names.Skip(at).Take(count).ToArray();
            at += count;
        }
    }

    /// <summary>Writes the file sequentially.</summary>
    /// <param name="stream">The target, which need not be seekable; it is not closed.</param>
    public void Write(Stream stream)
    {
        using var file = new SparseStream();
        using (H5NativeWriter writer = _root.BeginWrite(file, new H5WriteOptions(PreferCompactDatasetLayout: false)))
        {
            foreach (PendingArray array in _arrays)
            {
                // Only the first value, to learn the position of the array.
                array.WriteFirst(writer);
                file.Reserve(file.Position - array.ValueLength, array.Length, array.Write);
            }
        }

        file.WriteTo(stream);
    }

    private void Add(string path, long[] shape, ScalarType type, Action<Stream> write, Func<NDArray> number)
    {
        int slash = path.LastIndexOf('/');
        Group(slash < 0 ? "" : path[..slash])[path[(slash + 1)..]] = type switch
        {
            ScalarType.Float32 => Dataset<float>(shape, sizeof(float), write, number),
            ScalarType.Float64 => Dataset<double>(shape, sizeof(double), write, number),
            ScalarType.Int32 => Dataset<int>(shape, sizeof(int), write, number),
            ScalarType.Int64 => Dataset<long>(shape, sizeof(long), write, number),
            _ => throw new ArgumentException($"Hdf5Writer: {path} must be of type float32, float64, int32 or int64, but was {type}."),
        };
    }

    private H5Dataset Dataset<T>(long[] shape, int valueLength, Action<Stream> write, Func<NDArray> number)
        where T : unmanaged
    {
        if (shape.Length == 0)
            return new H5Dataset(number().ToArray<T>()[0]);
        var dataset = new H5Dataset<T[]>([.. shape.Select(dim => (ulong)dim)]);
        ulong[] first = new ulong[shape.Length];
        ulong[] one = [.. shape.Select(_ => 1UL)];
        _arrays.Add(new PendingArray(
            writer => writer.Write(dataset, new T[1], fileSelection: new HyperslabSelection(shape.Length, first, one)),
            valueLength,
            shape.Aggregate((long)valueLength, (product, dim) => product * dim),
            write));
        return dataset;
    }

    private H5Group Group(string path)
    {
        H5Group group = _root;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!group.TryGetValue(name, out object? child))
                group[name] = child = new H5Group();
            group = (H5Group)child;
        }

        return group;
    }

    private sealed record PendingArray(Action<H5NativeWriter> WriteFirst, int ValueLength, long Length, Action<Stream> Write);
}
