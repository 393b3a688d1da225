using System.Text.Json.Nodes;

namespace CifarVision.Regularizers;

/// <summary>A penalty on a weight, added to the loss in training and evaluation. Derive from it for one of your own.</summary>
public abstract class Regularizer
{
    /// <summary>The penalty.</summary>
    /// <param name="weight">The weight's values, any shape.</param>
    /// <returns>A scalar tensor through which gradients flow.</returns>
    public abstract Tensor Call(Tensor weight);

    /// <summary>The settings under Keras' names.</summary>
    public abstract JsonObject GetConfig();

    /// <summary>The factor of a penalty, checked.</summary>
    private protected static double RequireFactor(double value, string type, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, FormattableString.Invariant($"{type}: {name} must be 0 or more, but was {value}."));
}
