using System.Globalization;

namespace CifarVision.Plotting;

/// <summary>The darkness and the texts of the cells of a confusion matrix.</summary>
/// <param name="counts">True classes by predicted classes.</param>
/// <param name="normalize">Whether the texts are percentages of the row.</param>
internal sealed class ShareTable(long[,] counts, bool normalize)
{
    private readonly long[] _rows = [.. Enumerable.Range(0, counts.GetLength(0)).Select(i => Enumerable.Range(0, counts.GetLength(1)).Sum(j => counts[i, j]))];

    /// <summary>The number of classes.</summary>
    public int Count => _rows.Length;

    /// <summary>The number of samples, and the accuracy.</summary>
    public string Summary
    {
        get
        {
            long samples = _rows.Sum();
            long right = Enumerable.Range(0, Count).Sum(i => counts[i, i]);
            return samples == 0 ? "no samples" : string.Create(CultureInfo.InvariantCulture, $"{samples:N0} samples, accuracy {100.0 * right / samples:F2} %{(normalize ? "; cells in percent of the true class" : "")}");
        }
    }

    /// <summary>Returns the fraction of the row that is in a cell; 0 in a row without samples.</summary>
    public double Share(int row, int column) => _rows[row] == 0 ? 0 : (double)counts[row, column] / _rows[row];

    /// <summary>Returns the text of a cell; empty without samples.</summary>
    public string Text(int row, int column)
    {
        if (counts[row, column] == 0)
            return "";
        if (!normalize)
            return counts[row, column].ToString(CultureInfo.InvariantCulture);
        double percent = 100 * Share(row, column);
        return percent < 0.95 ? "<1" : percent.ToString("F0", CultureInfo.InvariantCulture);
    }
}
