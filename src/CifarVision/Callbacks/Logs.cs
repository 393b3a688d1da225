using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace CifarVision.Callbacks;

/// <summary>
/// The logged values of an event, under Keras' keys. All callbacks of an event share one instance, so later callbacks and the history see the values that a
/// callback adds. The values of a batch are read from the device only when a callback asks for them.
/// </summary>
public sealed class Logs : IEnumerable<KeyValuePair<string, double>>
{
    private readonly Func<IEnumerable<KeyValuePair<string, double>>>? _read;
    private OrderedDictionary<string, double>? _values;

    /// <summary>Creates logs from known values.</summary>
    /// <param name="values">Keys and values; copied.</param>
    public Logs(IEnumerable<KeyValuePair<string, double>> values) => _values = InOrder(values);

    /// <summary>Creates logs whose values are read on first use, before the hook returns.</summary>
    internal Logs(Func<IEnumerable<KeyValuePair<string, double>>> read) => _read = read;

    /// <summary>The keys, in the order in which Keras prints them: sorted, then the val_ keys sorted, then those that callbacks added.</summary>
    public IReadOnlyCollection<string> Keys => Values.Keys;

    private OrderedDictionary<string, double> Values => _values ??= InOrder(_read!());

    /// <summary>Gets a value.</summary>
    /// <param name="key">The key, such as <c>val_loss</c>.</param>
    /// <exception cref="KeyNotFoundException">There is no value under this key; the message lists the keys.</exception>
    public double this[string key]
    {
        get => TryGetValue(key, out double value)
            ? value
            : throw new KeyNotFoundException($"Logs: key must be one of {string.Join(", ", Keys)}, but was '{key}'.");
        set => Values[key] = value;
    }

    /// <summary>Gets a value if there is one.</summary>
    /// <param name="key">The key, such as <c>val_loss</c>.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>Whether the logs have the key.</returns>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out double value) => Values.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, double>> GetEnumerator() => Values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Adds the logs of a validation under <c>val_</c> keys, after those of training.</summary>
    internal void AddValidation(IEnumerable<KeyValuePair<string, double>> figures)
    {
        foreach ((string key, double value) in InOrder(figures))
            Values[$"val_{key}"] = value;
    }

    private static OrderedDictionary<string, double> InOrder(IEnumerable<KeyValuePair<string, double>> values) =>
        new(values.OrderBy(pair => pair.Key.StartsWith("val_", StringComparison.Ordinal)).ThenBy(pair => pair.Key, StringComparer.Ordinal));
}
