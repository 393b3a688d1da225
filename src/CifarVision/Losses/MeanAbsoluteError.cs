namespace CifarVision.Losses;

/// <summary>
/// Mean absolute error: the mean of <c>|yTrue - yPred|</c> over the outputs. Shapes: yTrue (N, ...), yPred (N, ...); for one output yTrue may be (N).
/// </summary>
public sealed class MeanAbsoluteError : Loss
{
    /// <summary>Creates the loss.</summary>
    /// <param name="name">Default <c>mean_absolute_error</c>.</param>
    public MeanAbsoluteError(string? name = null)
        : base(name)
    {
    }

    /// <inheritdoc/>
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred) => (Truth.Elementwise(yTrue, yPred, nameof(MeanAbsoluteError)) - yPred).abs();
}
