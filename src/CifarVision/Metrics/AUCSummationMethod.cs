namespace CifarVision.Metrics;

/// <summary>How <see cref="AUC"/> approximates the area between two thresholds.</summary>
public enum AUCSummationMethod
{
    /// <summary>The trapezoidal rule for ROC; for PR, true and false positives vary linearly (Davis and Goadrich, 2006).</summary>
    Interpolation,

    /// <summary>The larger of the two heights.</summary>
    Majoring,

    /// <summary>The smaller of the two heights.</summary>
    Minoring,
}
