namespace CifarVision.Training;

/// <summary>The batches of a Fit, epoch by epoch.</summary>
internal abstract class Epochs : IDisposable
{
    /// <summary>The number of batches in an epoch.</summary>
    public abstract int Steps { get; }

    /// <summary>Samples per epoch; 0 if unknown.</summary>
    public abstract int Samples { get; }

    /// <summary>The position in the pass over the data, for a backup.</summary>
    public abstract PassPlace? Place { get; set; }

    /// <summary>Whether there are batches for another epoch; prints a warning when generated batches have ended.</summary>
    public abstract bool HasNext { get; }

    /// <summary>Starts an epoch.</summary>
    /// <param name="firstStep">The first batch: 0, or the position at which a restored pass continues.</param>
    public abstract BatchFeed Next(int firstStep);

    /// <summary>Counts the rows of a batch as trained on.</summary>
    public abstract void Advance(int rows);

    public abstract void Dispose();
}
