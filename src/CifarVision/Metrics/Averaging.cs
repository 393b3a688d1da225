namespace CifarVision.Metrics;

/// <summary>How the values of the classes are averaged.</summary>
public enum Averaging
{
    /// <summary>Sums the counts over the classes first, so that every prediction has the same weight.</summary>
    Micro,

    /// <summary>The mean over the classes, so that every class has the same weight, however rare.</summary>
    Macro,

    /// <summary>The mean over the classes, weighted by the number of samples of each class.</summary>
    Weighted,
}
