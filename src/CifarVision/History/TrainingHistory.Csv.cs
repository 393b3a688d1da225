using System.Globalization;
using System.Text;
using CifarVision.Serialization;

namespace CifarVision.History;

public sealed partial class TrainingHistory
{
    /// <summary>
    /// Writes a table: a line <c>epoch,accuracy,loss,...</c>, then one line per epoch. Numbers have full precision and do not depend on the culture; <c>nan</c>,
    /// <c>inf</c> and <c>-inf</c> are written as in Python. A cell is empty if the key was not logged in that epoch.
    /// </summary>
    /// <param name="path">The file. An old file is kept until the new one is complete.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveCsv(string path)
    {
        var text = new StringBuilder();
        text.Append(CsvLine.Join(_history.Keys.Prepend("epoch"))).Append('\n');
        foreach ((int epoch, double?[] values) in Rows())
            text.Append(CsvLine.Join(values.Select(Format).Prepend(epoch.ToString(CultureInfo.InvariantCulture)))).Append('\n');
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>Reads a file of <see cref="SaveCsv"/> or of the callback CSVLogger. A table has no <see cref="Params"/>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is not such a table; the message names the line.</exception>
    public static TrainingHistory LoadCsv(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string[] lines = File.ReadAllLines(path);
        IReadOnlyList<string> header = lines.Length > 0 ? CsvLine.Split(lines[0]) : [];
        if (header.Count == 0 || header[0] != "epoch")
            throw Bad(1, $"the first column must be epoch, but the line is '{lines.FirstOrDefault()}'. Columns are separated by commas.");
        if (header.Skip(1).GroupBy(key => key, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw Bad(1, $"every column must have a name of its own, but '{twice.Key}' stands twice.");

        var history = new TrainingHistory();
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
                continue;
            IReadOnlyList<string> cells = CsvLine.Split(lines[i]);
            if (cells.Count != header.Count)
                throw Bad(i + 1, $"there must be {header.Count} cells, but there are {cells.Count}.");
            if (!int.TryParse(cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out int epoch))
                throw Bad(i + 1, $"epoch must be a whole number from 0, but was '{cells[0]}'.");
            if (history._epoch.Count > 0 && epoch <= history._epoch[^1])
                throw Bad(i + 1, $"epoch must be above the {history._epoch[^1]} before it, but was {epoch}.");

            var logs = new Dictionary<string, double>(StringComparer.Ordinal);
            for (int column = 1; column < cells.Count; column++)
            {
                if (cells[column] is "" or "NA")
                    continue;
                if (!TryParse(cells[column], out double value))
                    throw Bad(i + 1, $"{header[column]} must be a number, but was '{cells[column]}'.");
                logs.Add(header[column], value);
            }

            history.Add(epoch, logs);
        }

        return history;

        InvalidDataException Bad(int line, string message) => new($"TrainingHistory: '{path}', line {line}: {message}");
    }

    private static string Format(double? value) => value switch
    {
        null => "",
        double.NaN => "nan",
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        { } number => number.ToString("R", CultureInfo.InvariantCulture),
    };

    private static bool TryParse(string cell, out double value)
    {
        double? special = cell switch
        {
            "nan" => double.NaN,
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            _ => null,
        };
        value = special ?? 0;
        return special is not null || double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }
}
