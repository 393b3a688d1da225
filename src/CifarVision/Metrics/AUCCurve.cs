namespace CifarVision.Metrics;

/// <summary>The curve whose area <see cref="AUC"/> computes.</summary>
public enum AUCCurve
{
    /// <summary>The receiver operating characteristic: the true positive rate over the false positive rate.</summary>
    ROC,

    /// <summary>Precision over recall.</summary>
    PR,
}
