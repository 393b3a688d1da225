using System.Globalization;
using PureHDF;

namespace CifarVision.Tests.Formats;

/// <summary>Every group, array, attribute and storage layout of an HDF5 file, in the words of the trees that were dumped from Keras' own files.</summary>
internal static class Hdf5Tree
{
    // What tells the version of the writer: the layout is 3.3's, in whose configs newer keys are missing. Configs are compared as JSON.
    private static readonly string[] Versioned = ["@keras_version", "@model_config", "@training_config"];

    public static IReadOnlyList<string> Of(Stream stream)
    {
        using var file = H5File.Open(stream);
        var lines = new List<string>();
        Describe(file, "", lines);
        return WithoutVersion(lines);
    }

    /// <summary>A tree that was dumped by h5py, without the lines on the zip around it.</summary>
    public static IReadOnlyList<string> Recorded(string path)
    {
        string[] lines = File.ReadAllLines(path);
        int first = Array.FindIndex(lines, line => line.StartsWith("libver", StringComparison.Ordinal)) + 1;
        return WithoutVersion(lines[first..]);
    }

    private static string[] WithoutVersion(IEnumerable<string> lines) =>
        [.. lines.Where(line => !Versioned.Any(attribute => line.TrimStart().StartsWith(attribute, StringComparison.Ordinal)))];

    private static void Describe(IH5Group group, string indent, List<string> lines)
    {
        lines.AddRange(group.Attributes().OrderBy(attribute => attribute.Name, StringComparer.Ordinal).Select(attribute => $"{indent}@{attribute.Name}: {Describe(attribute)}"));
        foreach (IH5Object child in group.Children().OrderBy(child => child.Name, StringComparer.Ordinal))
        {
            if (child is IH5Dataset dataset)
            {
                string layout = dataset.Layout.Class == H5DataLayoutClass.Contiguous ? "contiguous" : dataset.Layout.Class.ToString();
                lines.Add($"{indent}{child.Name}  shape={Shape(dataset.Space)} dtype={DType(dataset.Type)} layout={layout} compression=None");
                continue;
            }

            lines.Add($"{indent}{child.Name}/");
            Describe((IH5Group)child, indent + "  ", lines);
        }
    }

    private static string Describe(IH5Attribute attribute)
    {
        if (attribute.Space.Dimensions is [])
            return $"shape=() str = '{attribute.Read<string>()}'";
        string[] names = attribute.Space.Dimensions is [0] ? [] : attribute.Read<string[]>();
        string type = names.Length > 0 ? "object" : DType(attribute.Type);
        return $"shape={Shape(attribute.Space)} {type} = [{string.Join(", ", names.Select(name => $"'{name}'"))}]";
    }

    private static string Shape(IH5Dataspace space)
    {
        string[] dims = [.. space.Dimensions.Select(dim => dim.ToString(CultureInfo.InvariantCulture))];
        return dims.Length == 1 ? $"({dims[0]},)" : $"({string.Join(", ", dims)})";
    }

    private static string DType(IH5DataType type) => (type.Class == H5DataTypeClass.FloatingPoint ? "float" : "int") + (type.Size * 8).ToString(CultureInfo.InvariantCulture);
}
