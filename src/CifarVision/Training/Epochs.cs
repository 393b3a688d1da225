namespace CifarVision.Training;

/// <summary>Where the batches of a Fit come from, epoch by epoch.</summary>
internal abstract class Epochs : IDisposable
{
    /// <summary>The batches of an epoch.</summary>
    public abstract int Steps { get; }

    /// <summary>Samples an epoch; 0 where that is not known.</summary>
    public abstract int Samples { get; }

    /// <summary>Where the pass over the data is, for a backup.</summary>
    public abstract PassPlace? Place { get; set; }

    /// <summary>Whether there are batches for another epoch; says so where generated ones have come to an end.</summary>
    public abstract bool HasNext { get; }

    /// <summary>Starts an epoch.</summary>
    /// <param name="firstStep">The first batch: 0, or where the pass that was restored goes on.</param>
    public abstract BatchFeed Next(int firstStep);

    /// <summary>Counts the rows of a batch as trained on.</summary>
    public abstract void Advance(int rows);

    public abstract void Dispose();
}
