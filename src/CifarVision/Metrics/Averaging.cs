namespace CifarVision.Metrics;

/// <summary>How one figure is made of the classes' figures.</summary>
public enum Averaging
{
    /// <summary>Counts are added over the classes first: every prediction weighs the same.</summary>
    Micro,

    /// <summary>The plain mean of the classes' figures: every class weighs the same, however rare.</summary>
    Macro,

    /// <summary>The mean of the classes' figures, weighted by how many samples are of the class.</summary>
    Weighted,
}
