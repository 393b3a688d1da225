using System.Globalization;

namespace CifarVision.Callbacks;

/// <summary>Numbers as Python's format writes them, under every culture.</summary>
internal static class PythonFormat
{
    /// <summary>As <c>f"{value:.4f}"</c>.</summary>
    public static string Fixed(double value, int decimals) => Special(value) ?? RoundedFixed(value, decimals);

    /// <summary>As <c>f"{value:.4e}"</c>: at least two digits of exponent, where .NET's own format writes three.</summary>
    public static string Exponent(double value, int decimals) =>
        Special(value) ?? value.ToString(decimals == 0 ? "0e+00" : $"0.{new string('0', decimals)}e+00", CultureInfo.InvariantCulture);

    /// <summary>As <c>str(value)</c>: the shortest text that reads back to the same number, <c>1.0</c> for a whole one.</summary>
    public static string Shortest(double value)
    {
        string text = Special(value) ?? value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        // A point, an exponent, or the n of nan and inf.
        return text.AsSpan().ContainsAny(".en") ? text : $"{text}.0";
    }

    private static string? Special(double value) => value switch
    {
        double.NaN => "nan",
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        _ => null,
    };

    // .NET rounds a number that lies exactly between two away from zero, Python to the even digit: an accuracy of 17/32 is 0.5312.
    private static string RoundedFixed(double value, int decimals)
    {
        if (decimals == 0)
            return Math.Round(value).ToString("F0", CultureInfo.InvariantCulture);
        string rounded = value.ToString($"F{decimals}", CultureInfo.InvariantCulture);
        // With d decimals the numbers between two are the odd multiples of 2^-(d+1), the only ones that both end in a 5 and are binary.
        if (Math.Abs(Math.IEEERemainder(Math.ScaleB(value, decimals + 1), 2)) != 1)
            return rounded;
        string exact = value.ToString($"F{decimals + 1}", CultureInfo.InvariantCulture);
        return (exact[^2] - '0') % 2 == 0 ? exact[..^1] : rounded;
    }
}
