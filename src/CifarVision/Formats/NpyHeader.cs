using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CifarVision.Formats;

/// <summary>
/// Type and shape of a .npy file, which NumSharp tells only with the values. The header is a Python dictionary:
/// <c>{'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 4), }</c>.
/// </summary>
internal static partial class NpyHeader
{
    /// <summary>The longest header that is read, in bytes: NumPy's own limit.</summary>
    public const int Longest = 10_000;

    /// <summary>Reads a header.</summary>
    /// <param name="npy">A stream at its first byte.</param>
    /// <param name="name">The name of the array, for messages.</param>
    /// <exception cref="InvalidDataException">It is no header, or of an array that is not of numbers.</exception>
    /// <returns>Shape and type, and whether the values follow as they are in memory: row by row, the lowest byte of each first.</returns>
    public static (long[] Shape, ScalarType Type, bool IsPlain) Read(Stream npy, string name)
    {
        Span<byte> prefix = stackalloc byte[12];
        npy.ReadExactly(prefix[..10]);
        if (prefix[0] != 0x93 || !prefix[1..6].SequenceEqual("NUMPY"u8))
            throw new InvalidDataException($"the member {name} is no .npy file.");
        long length = BinaryPrimitives.ReadUInt16LittleEndian(prefix[8..]);
        if (prefix[6] > 1)
        {
            npy.ReadExactly(prefix[10..]);
            length = BinaryPrimitives.ReadUInt32LittleEndian(prefix[8..]);
        }

        if (length > Longest)
            throw new InvalidDataException(FormattableString.Invariant($"the header of {name} must have {Longest} bytes at most, but has {length}."));
        byte[] text = new byte[length];
        npy.ReadExactly(text);
        string header = Encoding.UTF8.GetString(text);
        string descr = Descr().Match(header).Groups[1].Value;
        ScalarType type = (descr.Length > 1 ? descr[1..] : "") switch
        {
            "f4" => ScalarType.Float32,
            "f8" => ScalarType.Float64,
            "i4" => ScalarType.Int32,
            "i8" => ScalarType.Int64,
            "u1" => ScalarType.Byte,
            "b1" => ScalarType.Bool,
            _ => throw new InvalidDataException($"{name} must be of type float32, float64, int32, int64, uint8 or bool, but its header is {header.Trim()}."),
        };
        Match shape = Shape().Match(header);
        if (Shape().Count(header) != 1)
            throw new InvalidDataException($"the header of {name} must say its shape once, but is {header.Trim()}.");
        bool isPlain = descr[0] is '<' or '|' && RowByRow().Count(header) == 1;
        return ([.. shape.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(dim => long.Parse(dim, NumberStyles.None, CultureInfo.InvariantCulture))], type, isPlain);
    }

    [GeneratedRegex(@"'descr':\s*'([<>|=]..)'")]
    private static partial Regex Descr();

    [GeneratedRegex(@"'fortran_order':\s*False")]
    private static partial Regex RowByRow();

    [GeneratedRegex(@"'shape':\s*\(([0-9, ]*)\)")]
    private static partial Regex Shape();
}
