using System.Text.Json;
using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>The range of a random amount. A single number <c>f</c> is the range from <c>-f</c> to <c>f</c>, as in Keras.</summary>
public readonly record struct FactorRange
{
    private readonly bool _isOneNumber;

    /// <summary>Creates a range.</summary>
    /// <param name="lower">One end.</param>
    /// <param name="upper">The other end, in either order.</param>
    /// <exception cref="ArgumentOutOfRangeException">An end is not finite.</exception>
    public FactorRange(double lower, double upper)
    {
        if (!double.IsFinite(lower))
            throw new ArgumentOutOfRangeException(nameof(lower), FormattableString.Invariant($"FactorRange: lower must be finite, but was {lower}."));
        if (!double.IsFinite(upper))
            throw new ArgumentOutOfRangeException(nameof(upper), FormattableString.Invariant($"FactorRange: upper must be finite, but was {upper}."));
        (Lower, Upper) = (Math.Min(lower, upper), Math.Max(lower, upper));
    }

    private FactorRange(double factor)
        : this(-factor, factor) => _isOneNumber = true;

    /// <summary>The smallest amount.</summary>
    public double Lower { get; }

    /// <summary>The largest amount.</summary>
    public double Upper { get; }

    /// <summary>From <c>-factor</c> to <c>factor</c>.</summary>
    /// <param name="factor">The largest amount in either direction.</param>
    public static implicit operator FactorRange(double factor) => new(factor);

    /// <summary>A range as in Keras: <c>(-0.2, 0.3)</c>.</summary>
    /// <param name="range">Its two ends.</param>
    public static implicit operator FactorRange((double Lower, double Upper) range) => new(range.Lower, range.Upper);

    /// <summary>Returns whether two ranges have the same ends.</summary>
    /// <param name="other">The other range.</param>
    public bool Equals(FactorRange other) => (Lower, Upper) == (other.Lower, other.Upper);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Lower, Upper);

    /// <summary>Returns the range as Keras prints it: <c>(-0.2, 0.3)</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"({Lower}, {Upper})");

    /// <summary>Reads a setting of a Keras file: one number or a pair.</summary>
    internal static FactorRange? FromConfig(KerasConfig config, string key) => config.Object(key) switch
    {
        null => null,
        JsonArray { Count: 2 } pair when pair.All(IsNumber) => (pair[0].Deserialize<double>(), pair[1].Deserialize<double>()),
        JsonNode number when IsNumber(number) => number.Deserialize<double>(),
        JsonNode other => throw new InvalidDataException($"{config.ClassName}: {key} must be a number or a pair of numbers, but was {other.ToJsonString()}."),
    };

    /// <summary>Returns the two ends.</summary>
    internal (double Low, double High) ToPair() => (Lower, Upper);

    internal JsonArray ToKeras() => [Lower, Upper];

    /// <summary>Returns the range after checking it against bounds.</summary>
    internal FactorRange Within(double least, double greatest, string layer, string argument) => Lower >= least && Upper <= greatest
        ? this
        : throw new ArgumentOutOfRangeException(argument, FormattableString.Invariant($"{layer}: {argument} must lie from {least} to {greatest}, but was {this}."));

    /// <summary>Returns the range from 0: a single number <c>f</c> is the range from 0 to <c>f</c>.</summary>
    internal FactorRange FromZero() => _isOneNumber ? new(0, Upper) : this;

    /// <summary>Draws an amount for each image of a batch, of which this process may compute a part: (N, 1, ...), to broadcast.</summary>
    internal Tensor DrawOfRows(RandomStream random, long rows, Device device, int rank) =>
        random.NextUniformOfRows(rows, Lower, Upper, device).reshape(OnlyRows(rows, rank));

    /// <summary>Draws amounts, (N, 1, ...).</summary>
    internal Tensor Draw(RandomStream random, long count, Device device, int rank) =>
        random.NextUniform(count, Lower, Upper, device).reshape(OnlyRows(count, rank));

    private static long[] OnlyRows(long rows, int rank)
    {
        var shape = new long[rank];
        Array.Fill(shape, 1);
        shape[0] = rows;
        return shape;
    }

    private static bool IsNumber(JsonNode? node) => node?.GetValueKind() == JsonValueKind.Number;
}
