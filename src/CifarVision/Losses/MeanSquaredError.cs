using CifarVision.Runtime;

namespace CifarVision.Losses;

/// <summary>
/// Mean squared error: the mean of <c>(yTrue - yPred)^2</c> over the outputs. Shapes: yTrue (N, ...), yPred (N, ...); for one output yTrue may be (N).
/// </summary>
public sealed class MeanSquaredError : Loss
{
    /// <summary>Creates the loss.</summary>
    /// <param name="name">Default <c>mean_squared_error</c>.</param>
    public MeanSquaredError(string? name = null)
        : base(name)
    {
    }

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred) => (Truth.Elementwise(yTrue, yPred, nameof(MeanSquaredError)) - yPred).Square();
}
