using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>The three ways to clip gradients, of which an optimizer uses at most one. Nothing is read back from the device.</summary>
internal sealed class GradientClipping
{
    public GradientClipping(Optimizer owner, double? clipNorm, double? clipValue, double? globalClipNorm)
    {
        if (new[] { clipNorm, clipValue, globalClipNorm }.Count(limit => limit is not null) > 1)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{owner.GetType().Name}: only one of clipNorm, clipValue and globalClipNorm must be set, but was clipNorm {Text(clipNorm)}, clipValue {Text(clipValue)}, globalClipNorm {Text(globalClipNorm)}."));
        }

        Norm = clipNorm is null ? null : Require.AtLeastZero(clipNorm.Value, owner, nameof(clipNorm));
        Value = clipValue is null ? null : Require.AtLeastZero(clipValue.Value, owner, nameof(clipValue));
        GlobalNorm = globalClipNorm is null ? null : Require.AtLeastZero(globalClipNorm.Value, owner, nameof(globalClipNorm));
    }

    public double? Norm { get; }

    public double? Value { get; }

    public double? GlobalNorm { get; }

    /// <summary>Returns the factor, a scalar on the device, that scales the norm of all gradients down to the limit; null without that limit.</summary>
    public Tensor? GlobalScale(IEnumerable<Tensor> gradients)
    {
        if (GlobalNorm is not > 0)
            return null;
        Tensor norm = torch.stack(gradients.Select(SumOfSquares)).sum().sqrt();
        // As in Keras, an infinite norm gives NaN, not 0, so that a diverged run is visible.
        return Scale(norm, GlobalNorm.Value).Add(norm - norm);
    }

    /// <summary>Returns the clipped gradient: a new tensor, or the same one where nothing is clipped.</summary>
    public Tensor Clip(Tensor gradient, Tensor? globalScale)
    {
        if (globalScale is not null)
            return gradient * globalScale;
        if (Norm is > 0 and { } limit)
            return gradient * Scale(SumOfSquares(gradient).sqrt(), limit);
        return Value is > 0 and { } bound ? gradient.Clamp(-bound, bound) : gradient;
    }

    // Not norm(): on the CPU torch sums the squares sequentially in float32, which is 1 % off for 16 million equal values.
    private static Tensor SumOfSquares(Tensor gradient)
    {
        using var scope = torch.NewDisposeScope();
        return gradient.Square().sum().MoveToOuterDisposeScope();
    }

    private static Tensor Scale(Tensor norm, double limit) => norm.ClampMin(limit).reciprocal_().MultiplyInPlace(limit);

    private static string Text(double? limit) => limit is null ? "null" : FormattableString.Invariant($"{limit}");
}
