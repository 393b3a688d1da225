using System.Globalization;

namespace CifarVision.Reports.Page;

/// <summary>Formats numbers for readers, independently of the culture.</summary>
internal static class ReportNumber
{
    private const int SecondsPerMinute = 60;
    private const int SecondsPerHour = 3600;

    /// <summary>Returns a loss or metric with four decimals, or with an exponent if it is very small or large: <c>0.8123</c>, <c>1.25e-05</c>.</summary>
    public static string Value(double value) => value switch
    {
        double.NaN => "nan",
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        0 => "0",
        _ when Math.Abs(value) is < 1e-3 or >= 1e6 => value.ToString("0.00e+00", CultureInfo.InvariantCulture),
        _ => value.ToString("F4", CultureInfo.InvariantCulture),
    };

    /// <summary>Returns a number that reads back as the same value.</summary>
    public static string Exact(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : Value(value);

    /// <summary>Returns a number for the label of an axis.</summary>
    public static string Short(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>Returns a fraction in percent with one decimal: <c>81.2 %</c>, whose space does not break.</summary>
    public static string Percent(double share) => double.IsNaN(share) ? "–" : string.Create(CultureInfo.InvariantCulture, $"{share * 100:F1}\u00A0%");

    /// <summary>Returns a whole number with separators.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Returns a duration in the two largest units that fit.</summary>
    public static string Duration(double seconds)
    {
        if (seconds < 1)
            return string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:F0} ms");
        if (Math.Round(seconds, 1) < SecondsPerMinute)
            return string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s");
        long whole = (long)Math.Round(seconds);
        return whole < SecondsPerHour
            ? FormattableString.Invariant($"{whole / SecondsPerMinute} min {whole % SecondsPerMinute} s")
            : FormattableString.Invariant($"{whole / SecondsPerHour} h {whole % SecondsPerHour / SecondsPerMinute} min");
    }

    /// <summary>Returns a size of memory: <c>141 MB</c>, <c>2.31 GB</c>.</summary>
    public static string Bytes(double bytes)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB"];
        int unit = 0;
        for (; bytes >= 1024 && unit < units.Length - 1; unit++)
            bytes /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{bytes.ToString(bytes < 10 ? "0.##" : "0", CultureInfo.InvariantCulture)} {units[unit]}");
    }

    /// <summary>Returns a number per second with at least three significant digits.</summary>
    public static string Rate(double perSecond) => perSecond.ToString(perSecond >= 100 ? "N0" : "G3", CultureInfo.InvariantCulture);
}
