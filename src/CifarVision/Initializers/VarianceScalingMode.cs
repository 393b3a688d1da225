namespace CifarVision.Initializers;

/// <summary>The fan by which <see cref="VarianceScaling"/> divides.</summary>
public enum VarianceScalingMode
{
    /// <summary>The number of inputs per output, which preserves the variance of the activations.</summary>
    FanIn,

    /// <summary>The number of outputs per input, which preserves the variance of the gradients.</summary>
    FanOut,

    /// <summary>The mean of both fans.</summary>
    FanAvg,
}
