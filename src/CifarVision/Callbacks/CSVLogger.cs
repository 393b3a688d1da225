using System.Text;
using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Callbacks;

/// <summary>Writes the logs of each epoch as a line of a CSV file during training (Keras: CSVLogger).</summary>
/// <remarks>
/// The columns are <c>epoch</c>, from 0, and the sorted keys of the first epoch, with val_ keys if there is validation; a cell is
/// <c>NA</c> where an epoch has no such value. Numbers have full precision and do not depend on the culture. A line is on disk when its epoch is over,
/// and the file is closed between epochs, so it can be read at any time. Callbacks that add values must come before this one.
/// </remarks>
public sealed class CSVLogger : Callback
{
    private string[]? _keys;

    /// <summary>Creates the callback.</summary>
    /// <param name="filename">The file; its folder is created if needed.</param>
    /// <param name="separator">The character between two cells. Default a comma.</param>
    /// <param name="append">Whether to append to the file instead of replacing it at the end of the first epoch. Default false.</param>
    /// <exception cref="ArgumentException">The separator is not a single character, or one that numbers and names contain.</exception>
    public CSVLogger(string filename, string separator = ",", bool append = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(filename);
        ArgumentNullException.ThrowIfNull(separator);
        if (separator.Length != 1 || char.IsLetterOrDigit(separator[0]) || "\"\r\n.-+_".Contains(separator[0], StringComparison.Ordinal))
            throw new ArgumentException($"CSVLogger: separator must be one character such as ',', ';' or a tab, but was '{separator}'.", nameof(separator));
        Filename = filename;
        Separator = separator;
        Append = append;
    }

    /// <summary>The file.</summary>
    public string Filename { get; }

    /// <summary>The character between two cells.</summary>
    public string Separator { get; }

    /// <summary>Whether existing lines of the file are kept.</summary>
    public bool Append { get; }

    internal override bool ActsOnBatches => false;

    internal override bool ChangesModel => false;

    /// <inheritdoc/>
    public override void OnTrainBegin(TrainingContext context)
    {
        _keys = null;
        // Fails before the first epoch if the file cannot be written. The content is left alone, since a resumed run continues it.
        if (Path.GetDirectoryName(Filename) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        File.Open(Filename, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file to append to has other columns.</exception>
    public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs)
    {
        if (_keys is null)
        {
            _keys = Keys(context, logs);
            WriteHeader();
        }

        IEnumerable<string> figures = _keys.Select(key => logs.TryGetValue(key, out double value) ? PythonFormat.Shortest(value) : "NA");
        AtomicAppend.Write(Filename, Encoding.UTF8.GetBytes(Line(figures.Prepend(FormattableString.Invariant($"{epoch}")))));
    }

    /// <inheritdoc/>
    public override JsonObject GetState() => new()
    {
        ["keys"] = _keys is null ? null : new JsonArray([.. _keys.Select(key => JsonValue.Create(key))]),
        ["length"] = new FileInfo(Filename).Length,
    };

    /// <inheritdoc/>
    /// <remarks>Removes lines that were written after the state was saved, since their epochs run again.</remarks>
    public override void SetState(JsonObject state)
    {
        ArgumentNullException.ThrowIfNull(state);
        long length = (long)state["length"]!;
        string[]? keys = state["keys"] is JsonArray names ? [.. names.Select(key => (string)key!)] : null;
        if (length < 0)
            throw new InvalidDataException(FormattableString.Invariant($"CSVLogger: the length of '{Filename}' must be from 0, but was {length}."));
        using FileStream file = File.Open(Filename, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        // A file that was lost or replaced in the meantime is started again.
        if (file.Length < length)
            return;
        file.SetLength(length);
        _keys = keys;
    }

    private static string[] Keys(TrainingContext context, Logs logs)
    {
        IEnumerable<string> keys = logs.Keys;
        if (context.Parameters.ValidationSteps > 0)
            keys = keys.Union(context.MetricsByKey.Keys.Concat(context.LossKeys).Select(key => $"val_{key}"));
        return [.. keys.Distinct().Order(StringComparer.Ordinal)];
    }

    private void WriteHeader()
    {
        string header = Line(_keys!.Prepend("epoch"));
        string? existing = Append ? File.ReadLines(Filename).FirstOrDefault() : null;
        if (existing is null)
            AtomicFile.Write(Filename, stream => stream.Write(Encoding.UTF8.GetBytes(header)));
        else if (existing != header.TrimEnd('\n'))
            throw new InvalidDataException($"CSVLogger: '{Filename}' must have the columns '{header.TrimEnd('\n')}' to be appended to, but has '{existing}'.");
    }

    private string Line(IEnumerable<string> cells) => CsvLine.Join(cells, Separator[0]) + "\n";
}
