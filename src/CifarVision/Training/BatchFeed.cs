namespace CifarVision.Training;

/// <summary>
/// The batches of an epoch. Rows become tensors on the model's device only here: <see cref="RowFeed"/> decides how far ahead batches are prepared,
/// <see cref="PendingBatch"/> fills their buffers, and <see cref="DeviceRows"/> transfers them. Rows in memory for the CPU are copied when they are needed; all
/// others are prepared while the current step runs, by worker threads that never call torch, because dispose scopes and grad mode belong to a thread.
/// </summary>
internal abstract class BatchFeed : IDisposable
{
    /// <summary>Whether there is another batch.</summary>
    public abstract bool HasNext { get; }

    /// <summary>Returns the next batch, whose tensors belong to the dispose scope of the caller.</summary>
    /// <exception cref="InvalidDataException">A row could not be decoded; the message names the file.</exception>
    public abstract Batch Next();

    /// <summary>Stops the workers, waits for them and frees the buffers.</summary>
    public abstract void Dispose();
}
