using System.Globalization;
using System.Text;

namespace CifarVision.Evaluation;

/// <summary>The text of a <see cref="ClassificationReport"/>, in scikit-learn's columns.</summary>
internal static class ReportText
{
    private const int MostDigits = 10;
    private const int Column = 9;

    /// <summary>Returns the text.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of decimals is not from 0 to 10.</exception>
    public static string Format(ClassificationReport report, int digits)
    {
        if (digits is < 0 or > MostDigits)
            throw new ArgumentOutOfRangeException(nameof(digits), FormattableString.Invariant($"ClassificationReport: digits must be from 0 to {MostDigits}, but was {digits}."));
        int width = Math.Max(Math.Max(report.WeightedAverage.Name.Length, digits), report.Classes.Max(one => Letters(one.Name)));
        var text = new StringBuilder();
        AddLine("", "precision", "recall", "f1-score", "support");
        text.Append('\n');
        foreach (ClassificationScores one in report.Classes)
            AddScores(one);
        text.Append('\n');
        AddLine("accuracy", "", "", Fixed(report.Accuracy, digits), Number(report.Support));
        AddScores(report.MacroAverage);
        AddScores(report.WeightedAverage);
        return text.ToString();

        void AddScores(ClassificationScores one) => AddLine(one.Name, Fixed(one.Precision, digits), Fixed(one.Recall, digits), Fixed(one.F1Score, digits), Number(one.Support));

        void AddLine(string name, params ReadOnlySpan<string> cells)
        {
            text.Append(' ', width - Letters(name)).Append(name).Append(' ');
            foreach (string cell in cells)
                text.Append(' ').Append(cell.PadLeft(Column));
            text.Append('\n');
        }
    }

    /// <summary>Formats a number from 0 to 1 as Python does: of two equally near decimals it takes the even one, where .NET takes the larger.</summary>
    internal static string Fixed(double value, int digits)
    {
        // Exactly between two decimals is only an odd multiple of a power of two.
        double doubled = Math.ScaleB(value, digits + 1);
        string format = FormattableString.Invariant($"F{digits}");
        return doubled % 2 == 1
            ? Math.Round((decimal)doubled / (1L << (digits + 1)), digits, MidpointRounding.ToEven).ToString(format, CultureInfo.InvariantCulture)
            : value.ToString(format, CultureInfo.InvariantCulture);
    }

    // As Python counts them.
    private static int Letters(string name) => name.EnumerateRunes().Count();

    private static string Number(long count) => count.ToString(CultureInfo.InvariantCulture);
}
