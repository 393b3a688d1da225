namespace CifarVision.Initializers;

/// <summary>From which distribution <see cref="VarianceScaling"/> draws; all have the variance scale / fan.</summary>
public enum VarianceScalingDistribution
{
    /// <summary>The normal distribution cut at two standard deviations, widened so that the variance holds after the cut.</summary>
    TruncatedNormal,

    /// <summary>The normal distribution.</summary>
    UntruncatedNormal,

    /// <summary>The uniform distribution between -sqrt(3 scale / fan) and sqrt(3 scale / fan).</summary>
    Uniform,
}
