namespace CifarVision.Runtime;

/// <summary>
/// A sum over the replicas of a model within a training step. Its gradient is the sum of the replicas' gradients, so the backward pass exchanges in
/// the reverse order of the forward pass: that order is the same in all processes, because torch runs the functions of a backward pass from the last to the first.
/// </summary>
internal sealed class ReplicaSum : torch.autograd.SingleTensorFunction<ReplicaSum>
{
    private const string Exchange = "exchange";
    private const string Result = "result";

    [ThreadStatic]
    private static Action<Tensor>? _current;

    /// <inheritdoc/>
    public override string Name => nameof(ReplicaSum);

    /// <summary>Whether the training step of this thread has several replicas.</summary>
    public static bool IsAvailable => _current is not null;

    /// <summary>Sets the exchange for the forward pass of this thread until the result is disposed of.</summary>
    /// <param name="exchange">
    /// Sums a contiguous float64 tensor on the CPU over all replicas, in place. In the backward pass it must not throw, because the exception would pass through native code.
    /// </param>
    public static Scope Begin(Action<Tensor> exchange)
    {
        _current = exchange;
        return default;
    }

    /// <summary>Sums a tensor over the replicas. Every replica must call it, with the same shape.</summary>
    /// <param name="values">Float64 values.</param>
    public static Tensor Of(Tensor values) => apply(values, _current!);

    /// <inheritdoc/>
    public override Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        var exchange = (Action<Tensor>)vars[1];
        ctx.save_data(Exchange, exchange);
        return Summed((Tensor)vars[0], exchange);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(torch.autograd.AutogradContext ctx, Tensor grad_output)
    {
        // Native code reads the result after the return, on a thread that may have no dispose scope.
        List<Tensor> result = [Summed(grad_output, (Action<Tensor>)ctx.get_data(Exchange)), null!];
        ctx.save_data(Result, result);
        return result;
    }

    private static Tensor Summed(Tensor values, Action<Tensor> exchange)
    {
        Tensor sums = values.cpu().contiguous().clone();
        exchange(sums);
        return sums.to(values.device);
    }

    /// <summary>Ends the exchange.</summary>
    internal readonly struct Scope : IDisposable
    {
        public void Dispose() => _current = null;
    }
}
