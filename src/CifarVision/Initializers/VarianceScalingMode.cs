namespace CifarVision.Initializers;

/// <summary>By which fan <see cref="VarianceScaling"/> divides.</summary>
public enum VarianceScalingMode
{
    /// <summary>The inputs that reach one output: keeps the variance of the activations.</summary>
    FanIn,

    /// <summary>The outputs that one input reaches: keeps the variance of the gradients.</summary>
    FanOut,

    /// <summary>The mean of both.</summary>
    FanAvg,
}
