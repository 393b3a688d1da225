using System.Globalization;

namespace CifarVision.Callbacks;

/// <summary>Formats numbers as Python does, under every culture.</summary>
internal static class PythonFormat
{
    /// <summary>Formats as <c>f"{value:.4f}"</c>.</summary>
    public static string Fixed(double value, int decimals) => Special(value) ?? RoundedFixed(value, decimals);

    /// <summary>Formats as <c>f"{value:.4e}"</c>: with at least two digits of exponent, where .NET writes three.</summary>
    public static string Exponent(double value, int decimals) =>
        Special(value) ?? value.ToString(decimals == 0 ? "0e+00" : $"0.{new string('0', decimals)}e+00", CultureInfo.InvariantCulture);

    /// <summary>Formats as <c>str(value)</c>: the shortest text that parses to the same number, <c>1.0</c> for an integer.</summary>
    public static string Shortest(double value)
    {
        string text = Special(value) ?? value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        // A decimal point, an exponent, or the n of nan and inf.
        return text.AsSpan().ContainsAny(".en") ? text : $"{text}.0";
    }

    private static string? Special(double value) => value switch
    {
        double.NaN => "nan",
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        _ => null,
    };

    // .NET rounds halves away from zero, Python to the even digit: an accuracy of 17/32 is 0.5312.
    private static string RoundedFixed(double value, int decimals)
    {
        if (decimals == 0)
            return Math.Round(value).ToString("F0", CultureInfo.InvariantCulture);
        string rounded = value.ToString($"F{decimals}", CultureInfo.InvariantCulture);
        // With d decimals, the only binary numbers exactly halfway between two results are the odd multiples of 2^-(d+1).
        if (Math.Abs(Math.IEEERemainder(Math.ScaleB(value, decimals + 1), 2)) != 1)
            return rounded;
        string exact = value.ToString($"F{decimals + 1}", CultureInfo.InvariantCulture);
        return (exact[^2] - '0') % 2 == 0 ? exact[..^1] : rounded;
    }
}
