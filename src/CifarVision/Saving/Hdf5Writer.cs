using System.Globalization;
using System.Text;
using PureHDF;

namespace CifarVision.Saving;

/// <summary>Gathers groups, arrays and attributes and writes them as an HDF5 file, laid out as h5py does for Keras: contiguous, uncompressed.</summary>
internal sealed class Hdf5Writer
{
    // Keras' limit for one attribute, under HDF5's own of 65,536.
    private const int AttributeLimit = 64512;
    private const int BytesOfReference = 16;

    private readonly H5File _root = [];

    /// <summary>Makes a group with those around it, unless it is there.</summary>
    /// <param name="path">As <c>layers/conv2d/vars</c>; empty for the root.</param>
    public void AddGroup(string path) => Group(path);

    /// <summary>Adds an array; groups around it are made.</summary>
    /// <param name="path">As <c>layers/conv2d/vars/0</c>.</param>
    /// <param name="values">Of type float32, float64 or int32; written when the file is, so not to be changed before.</param>
    public void AddArray(string path, NDArray values)
    {
        int slash = path.LastIndexOf('/');
        Group(slash < 0 ? "" : path[..slash])[path[(slash + 1)..]] = values.typecode switch
        {
            NPTypeCode.Single => Dataset<float>(values),
            NPTypeCode.Double => Dataset<double>(values),
            NPTypeCode.Int32 => Dataset<int>(values),
            _ => throw new ArgumentException($"Hdf5Writer: {path} must be of type float32, float64 or int32, but was {values.dtype.Name}.", nameof(values)),
        };
    }

    /// <summary>Gives a group a text.</summary>
    public void SetText(string path, string attribute, string text) => Group(path).Attributes[attribute] = text;

    /// <summary>Gives a group a list of names; one too long for an attribute is spread over <c>name0</c>, <c>name1</c>, ... as Keras does.</summary>
    public void SetNames(string path, string attribute, IReadOnlyList<string> names)
    {
        Dictionary<string, object> attributes = Group(path).Attributes;
        // h5py gives an empty list no type, so that it becomes an array of 0 float64.
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

        // As numpy.array_split: as even as can be, the longer parts first.
        int parts = (names.Count + inOne - 1) / inOne;
        int at = 0;
        for (int i = 0; i < parts; i++)
        {
            int count = (names.Count / parts) + (i < names.Count % parts ? 1 : 0);
            attributes[attribute + i.ToString(CultureInfo.InvariantCulture)] = names.Skip(at).Take(count).ToArray();
            at += count;
        }
    }

    /// <summary>Writes the file.</summary>
    /// <param name="stream">Can be read and can seek; stays open.</param>
    public void Write(Stream stream) => _root.Write(stream, new H5WriteOptions(PreferCompactDatasetLayout: false));

    private static H5Dataset Dataset<T>(NDArray values)
        where T : unmanaged => values.ndim == 0
            ? new H5Dataset(values.GetAtIndex<T>(0))
            : new H5Dataset(new ArrayMemory<T>(values).Memory, fileDims: [.. values.shape.Select(dim => (ulong)dim)]);

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
}
