using System.Globalization;
using System.Text.RegularExpressions;

namespace CifarVision.Callbacks;

/// <summary>
/// A path with fields in Python's format: <c>{epoch:02d}-{val_loss:.2f}.keras</c>. A field is a key alone, or a key with a width, which a 0 in
/// front fills with zeros, decimals and one of the types d, f and e. Double braces escape a brace.
/// </summary>
internal sealed partial class PathTemplate
{
    // The integer fields; all others are logged values.
    private static readonly string[] Counters = ["epoch", "batch"];

    private readonly string _filepath;

    /// <exception cref="ArgumentException">A field is not in the format.</exception>
    public PathTemplate(string filepath)
    {
        _filepath = filepath;
        foreach (Match part in Part().Matches(filepath))
        {
            if (part.Value is not ("{{" or "}}") && !IsField(part))
            {
                throw new ArgumentException(
                    $"ModelCheckpoint: filepath must have fields as {{epoch:02d}}, {{loss}}, {{val_loss:.2f}} or {{val_loss:.3e}}, but was '{filepath}' with '{part.Value}'.",
                    nameof(filepath));
            }
        }
    }

    /// <summary>Checks the fields before there are values.</summary>
    /// <param name="keys">The keys of the values to come.</param>
    /// <exception cref="ArgumentException">A field is none of them.</exception>
    public void RequireKeys(IReadOnlyCollection<string> keys)
    {
        foreach (Match part in Part().Matches(_filepath))
        {
            if (part.Groups["key"].Success && !keys.Contains(part.Groups["key"].Value))
                throw Missing(part, keys);
        }
    }

    /// <summary>Inserts the values.</summary>
    /// <param name="values">Epoch, batch and logged values.</param>
    /// <exception cref="ArgumentException">A field has no value.</exception>
    public string Format(IReadOnlyDictionary<string, double> values) => Part().Replace(_filepath, part => part.Value switch
    {
        "{{" => "{",
        "}}" => "}",
        _ when values.TryGetValue(part.Groups["key"].Value, out double value) => Field(part, value),
        _ => throw Missing(part, [.. values.Keys]),
    });

    private ArgumentException Missing(Match part, IReadOnlyCollection<string> keys) => new(
        $"ModelCheckpoint: filepath must name logged values ({string.Join(", ", keys)}), but was '{_filepath}' with '{part.Value}'.{LogKeys.DidYouMean(part.Groups["key"].Value, keys)}");

    private static bool IsField(Match part) =>
        part.Groups["key"].Success && (part.Groups["type"].Value != "d" || Counters.Contains(part.Groups["key"].Value));

    private static string Field(Match part, double value)
    {
        int decimals = part.Groups["decimals"].Success ? int.Parse(part.Groups["decimals"].Value, CultureInfo.InvariantCulture) : 6;
        string text = part.Groups["type"].Value switch
        {
            "f" => PythonFormat.Fixed(value, decimals),
            "e" => PythonFormat.Exponent(value, decimals),
            "" when !Counters.Contains(part.Groups["key"].Value) => PythonFormat.Shortest(value),
            _ => PythonFormat.Fixed(value, 0),
        };
        if (!part.Groups["width"].Success)
            return text;
        int width = int.Parse(part.Groups["width"].Value, CultureInfo.InvariantCulture);
        if (!part.Groups["zero"].Success)
            return text.PadLeft(width);
        string sign = text.StartsWith('-') ? "-" : "";
        return sign + text[sign.Length..].PadLeft(width - sign.Length, '0');
    }

    [GeneratedRegex(@"\{\{|\}\}|\{(?<key>[^{}:]+)(:((?<zero>0)?(?<width>[1-9][0-9]?)?((?<type>d)|(\.(?<decimals>[0-9]{1,2}))?(?<type>[fe])))?)?\}|\{[^{}]*\}|[{}]")]
    private static partial Regex Part();
}
