using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace CifarVision.Callbacks;

/// <summary>
/// The figures of one event, under Keras' keys. All callbacks of an event share one instance: what one adds, later ones and the history see.
/// The figures of a batch are read from the device only when a callback asks.
/// </summary>
public sealed class Logs : IEnumerable<KeyValuePair<string, double>>
{
    private readonly Func<IEnumerable<KeyValuePair<string, double>>>? _read;
    private OrderedDictionary<string, double>? _values;

    /// <summary>Figures that are known.</summary>
    /// <param name="values">Keys and values; copied.</param>
    public Logs(IEnumerable<KeyValuePair<string, double>> values) => _values = InOrder(values);

    /// <summary>Figures that are read when first asked for, before the hook returns.</summary>
    internal Logs(Func<IEnumerable<KeyValuePair<string, double>>> read) => _read = read;

    /// <summary>The keys, in the order in which Keras prints them: sorted, then the val_ ones sorted, then what callbacks added.</summary>
    public IReadOnlyCollection<string> Keys => Values.Keys;

    private OrderedDictionary<string, double> Values => _values ??= InOrder(_read!());

    /// <summary>A figure.</summary>
    /// <param name="key">As <c>val_loss</c>.</param>
    /// <exception cref="KeyNotFoundException">There is none under this key; the message lists those that are.</exception>
    public double this[string key]
    {
        get => TryGetValue(key, out double value)
            ? value
            : throw new KeyNotFoundException($"Logs: no figure '{key}'. There are: {string.Join(", ", Keys)}.");
        set => Values[key] = value;
    }

    /// <summary>A figure if there is one.</summary>
    /// <param name="key">As <c>val_loss</c>.</param>
    /// <param name="value">The figure, or 0.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out double value) => Values.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, double>> GetEnumerator() => Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Adds the figures of a validation under <c>val_</c> keys, behind those of training.</summary>
    internal void AddValidation(IEnumerable<KeyValuePair<string, double>> figures)
    {
        foreach ((string key, double value) in InOrder(figures))
            Values[$"val_{key}"] = value;
    }

    private static OrderedDictionary<string, double> InOrder(IEnumerable<KeyValuePair<string, double>> values) =>
        new(values.OrderBy(pair => pair.Key.StartsWith("val_", StringComparison.Ordinal)).ThenBy(pair => pair.Key, StringComparer.Ordinal));
}
