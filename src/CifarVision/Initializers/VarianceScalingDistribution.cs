namespace CifarVision.Initializers;

/// <summary>The distribution of <see cref="VarianceScaling"/>. All have the variance scale / fan.</summary>
public enum VarianceScalingDistribution
{
    /// <summary>The normal distribution truncated at two standard deviations, scaled so that it has the variance after truncation.</summary>
    TruncatedNormal,

    /// <summary>The normal distribution.</summary>
    UntruncatedNormal,

    /// <summary>The uniform distribution between -sqrt(3 scale / fan) and sqrt(3 scale / fan).</summary>
    Uniform,
}
