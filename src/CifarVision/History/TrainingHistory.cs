using System.Collections.ObjectModel;
using System.Globalization;

namespace CifarVision.History;

/// <summary>
/// The record of a call of Fit: loss and metrics of every epoch (Keras: <c>History</c>). It is pure data that can be saved as CSV and JSON and loaded without
/// loss.
/// </summary>
public sealed partial class TrainingHistory
{
    private static readonly string[] LowIsBetter = ["loss", "error", "crossentropy", "divergence"];
    private static readonly string[] HighIsBetter = ["accuracy", "precision", "recall", "auc", "score"];

    private readonly List<int> _epoch = [];
    private readonly SortedDictionary<string, IReadOnlyList<double>> _history = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (List<int> Epochs, List<double> Values)> _series = new(StringComparer.Ordinal);

    internal TrainingHistory(IReadOnlyDictionary<string, int>? parameters = null)
    {
        Epoch = _epoch.AsReadOnly();
        History = new ReadOnlyDictionary<string, IReadOnlyList<double>>(_history);
        Params = new SortedDictionary<string, int>(new Dictionary<string, int>(parameters ?? new Dictionary<string, int>()), StringComparer.Ordinal).AsReadOnly();
    }

    /// <summary>
    /// The values under Keras' keys, sorted: <c>accuracy</c>, <c>loss</c>, <c>val_accuracy</c>, <c>val_loss</c>, and <c>learning_rate</c> if a callback adds it. As
    /// in Keras, a list has values only for the epochs in which its key was logged: with validation every second epoch, <c>val_loss</c> is half as long as
    /// <c>loss</c>. <see cref="EpochsOf"/> returns these epochs.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> History { get; }

    /// <summary>The trained epochs, from 0 or from Fit's initialEpoch.</summary>
    public IReadOnlyList<int> Epoch { get; }

    /// <summary>The settings of Fit, as Keras records them: <c>verbose</c>, <c>epochs</c>, <c>steps</c>. Empty after <see cref="LoadCsv"/>.</summary>
    public IReadOnlyDictionary<string, int> Params { get; }

    /// <summary>
    /// The device, precision, seed and versions of the run, and the duration of its epochs; null after <see cref="LoadCsv"/>, or if an older version of the library
    /// wrote the JSON file.
    /// </summary>
    public TrainingRun? Run { get; internal set; }

    /// <summary>Returns the epochs of the values of a key.</summary>
    /// <param name="key">A key of <see cref="History"/>.</param>
    /// <returns>One epoch per value, ascending.</returns>
    /// <exception cref="ArgumentException">There is no such key.</exception>
    public IReadOnlyList<int> EpochsOf(string key) => Find(key).Epochs.AsReadOnly();

    /// <summary>Returns the best value of a key and the first epoch that reached it. NaN is ignored.</summary>
    /// <param name="key">A key of <see cref="History"/>, such as <c>val_accuracy</c>.</param>
    /// <param name="lowerIsBetter">
    /// Whether lower values are better. By default the end of the key determines it: lower for loss, error, crossentropy and divergence, higher for accuracy,
    /// precision, recall, auc and score. It is required for other keys.
    /// </param>
    /// <exception cref="ArgumentException">There is no such key, or its name does not tell whether lower values are better.</exception>
    /// <exception cref="InvalidOperationException">All values of the key are NaN.</exception>
    public (int Epoch, double Value) Best(string key, bool? lowerIsBetter = null)
    {
        (List<int> epochs, List<double> values) = Find(key);
        bool lower = lowerIsBetter ?? LowerIsBetter(key);
        int best = -1;
        for (int i = 0; i < values.Count; i++)
        {
            if (!double.IsNaN(values[i]) && (best < 0 || (lower ? values[i] < values[best] : values[i] > values[best])))
                best = i;
        }

        return best >= 0
            ? (epochs[best], values[best])
            : throw new InvalidOperationException($"TrainingHistory: '{key}' has no best epoch, since all its values are nan.");
    }

    /// <summary>Returns the number of epochs and the last value of each key, for debuggers and logs.</summary>
    public override string ToString()
    {
        string last = string.Join(" - ", _history.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}: {pair.Value[^1]:G4}")));
        return $"{_epoch.Count} {(_epoch.Count == 1 ? "epoch" : "epochs")}{(last.Length == 0 ? "" : $" - {last}")}";
    }

    /// <summary>Records one epoch. Epochs must be in ascending order.</summary>
    internal void Add(int epoch, IEnumerable<KeyValuePair<string, double>> logs)
    {
        if (_epoch.Count > 0 && epoch <= _epoch[^1])
            throw new InvalidOperationException($"TrainingHistory: an epoch must come after {_epoch[^1]}, but was {epoch}.");
        _epoch.Add(epoch);
        foreach ((string key, double value) in logs)
        {
            if (!_series.TryGetValue(key, out (List<int> Epochs, List<double> Values) series))
            {
                series = ([], []);
                _series.Add(key, series);
                _history.Add(key, series.Values.AsReadOnly());
            }

            series.Epochs.Add(epoch);
            series.Values.Add(value);
        }
    }

    /// <summary>Returns every epoch with one value per key, in the order of <see cref="History"/>; null if the key was not logged.</summary>
    internal IEnumerable<(int Epoch, double?[] Values)> Rows()
    {
        (List<int> Epochs, List<double> Values)[] columns = [.. _history.Keys.Select(key => _series[key])];
        var next = new int[columns.Length];
        foreach (int epoch in _epoch)
        {
            var row = new double?[columns.Length];
            for (int i = 0; i < columns.Length; i++)
            {
                if (next[i] < columns[i].Epochs.Count && columns[i].Epochs[next[i]] == epoch)
                    row[i] = columns[i].Values[next[i]++];
            }

            yield return (epoch, row);
        }
    }

    private static bool LowerIsBetter(string key)
    {
        if (LowIsBetter.Any(ending => key.EndsWith(ending, StringComparison.Ordinal)))
            return true;
        if (HighIsBetter.Any(ending => key.EndsWith(ending, StringComparison.Ordinal)))
            return false;
        throw new ArgumentException($"TrainingHistory: the name '{key}' does not tell whether low or high is better. Pass lowerIsBetter.", nameof(key));
    }

    private (List<int> Epochs, List<double> Values) Find(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _series.TryGetValue(key, out (List<int> Epochs, List<double> Values) series)
            ? series
            : throw new ArgumentException($"TrainingHistory: key must be one of {string.Join(", ", _history.Keys)}, but was '{key}'.", nameof(key));
    }
}
