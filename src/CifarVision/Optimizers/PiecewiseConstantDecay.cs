using System.Globalization;
using System.Text.Json.Nodes;
using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>A rate that is constant between given steps (Keras: <c>PiecewiseConstantDecay</c>). The step of a boundary still has the rate before it.</summary>
public sealed class PiecewiseConstantDecay : LearningRateSchedule
{
    private readonly long[] _boundaries;
    private readonly double[] _values;

    /// <summary>Creates piecewise constant rates.</summary>
    /// <param name="boundaries">The last step of each interval except the last, increasing.</param>
    /// <param name="values">The rate of each interval, 0 or more: one more than boundaries.</param>
    /// <param name="name">The name in files. Default <c>PiecewiseConstant</c>.</param>
    /// <exception cref="ArgumentException">There must be one value more than boundaries, or the boundaries are not increasing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is less than 0.</exception>
    public PiecewiseConstantDecay(IEnumerable<long> boundaries, IEnumerable<double> values, string? name = null)
        : base(name ?? "PiecewiseConstant")
    {
        ArgumentNullException.ThrowIfNull(boundaries);
        ArgumentNullException.ThrowIfNull(values);
        _boundaries = [.. boundaries];
        _values = [.. values];
        if (_values.Length != _boundaries.Length + 1)
            throw new ArgumentException($"PiecewiseConstantDecay: values must be one more than the {_boundaries.Length} boundaries, but was {_values.Length}.", nameof(values));
        for (int i = 1; i < _boundaries.Length; i++)
        {
            if (_boundaries[i] <= _boundaries[i - 1])
            {
                string text = string.Join(", ", _boundaries.Select(step => step.ToString(CultureInfo.InvariantCulture)));
                throw new ArgumentException($"PiecewiseConstantDecay: boundaries must rise, but was {text}.", nameof(boundaries));
            }
        }

        foreach (double value in _values)
            Require.AtLeastZero(value, this, nameof(values));
    }

    /// <summary>The last step of each interval except the last.</summary>
    public IReadOnlyList<long> Boundaries => _boundaries;

    /// <summary>The rate of each interval.</summary>
    public IReadOnlyList<double> Values => _values;

    /// <inheritdoc/>
    public override double Rate(long step)
    {
        int piece = 0;
        while (piece < _boundaries.Length && step > _boundaries[piece])
            piece++;
        return _values[piece];
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["boundaries"] = new JsonArray([.. _boundaries]);
        config["values"] = new JsonArray([.. _values]);
        return config;
    }
}
