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
}
