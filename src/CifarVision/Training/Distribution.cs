namespace CifarVision.Training;

/// <summary>
/// The distribution of training over processes, each with a replica of the model (Keras: <c>keras.distribution</c>). Given to Compile; the default
/// is one process. A batch is the global one: each process computes the rows of its slice, and gradients are summed before the update.
/// </summary>
public abstract class Distribution
{
    /// <summary>The rank of this process, from 0; rank 0 writes files and progress.</summary>
    public abstract int Rank { get; }

    /// <summary>The number of processes.</summary>
    public abstract int Size { get; }

    /// <summary>One process: nothing is exchanged.</summary>
    public static Distribution SingleProcess { get; } = new SingleProcess();

    /// <summary>Sums gradients over all processes, in place. Called once per step by every process, with the same shapes in the same order.</summary>
    /// <param name="gradients">The gradients of this process' part of the loss.</param>
    public abstract void SumGradients(IReadOnlyList<Tensor> gradients);

    /// <summary>The number of bytes of gradients that are worth an exchange of their own; null, the default, if they are exchanged all at once.</summary>
    public virtual long? BucketBytes => null;

    /// <summary>
    /// Begins to sum gradients over all processes, in place, while the backward pass computes those of earlier layers. Until <see cref="EndSumGradients"/>
    /// they are neither read nor changed. By default the same as <see cref="SumGradients"/>.
    /// </summary>
    /// <param name="gradients">Some of the gradients of this process: in every process with the same shapes in the same order.</param>
    public virtual void BeginSumGradients(IReadOnlyList<Tensor> gradients) => SumGradients(gradients);

    /// <summary>Waits until all gradients are sums.</summary>
    public virtual void EndSumGradients()
    {
    }

    /// <summary>
    /// Sums numbers over all processes, such as the totals of losses and metrics. The sums of a forward or backward pass, such as the statistics of a
    /// synchronized batch normalization, come between <see cref="BeginSumGradients"/> and <see cref="EndSumGradients"/>; every process makes these calls in the same order.
    /// </summary>
    /// <param name="values">The numbers of this process; overwritten by the sums.</param>
    public abstract void Sum(Span<double> values);

    /// <summary>Copies tensors of rank 0 into those of all other processes, such as weights at the start of training.</summary>
    /// <param name="tensors">The same shapes in the same order in every process.</param>
    public abstract void Broadcast(IReadOnlyList<Tensor> tensors);

    /// <summary>Returns a number of rank 0 in every process, such as the decision to stop.</summary>
    /// <param name="value">The number; only that of rank 0 counts.</param>
    public abstract double Broadcast(double value);

    /// <summary>Returns the consecutive rows of a batch that this process computes. The processes' numbers of rows differ by at most one.</summary>
    /// <param name="rows">The number of rows of the whole batch.</param>
    public (int Start, int Count) Slice(int rows)
    {
        int start = (int)((long)rows * Rank / Size);
        return (start, (int)((long)rows * (Rank + 1) / Size) - start);
    }
}
