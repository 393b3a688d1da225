using CifarVision.Training;

namespace CifarVision.Mpi;

/// <summary>
/// Trains one model on all processes of an <see cref="MpiWorld"/>: each computes its rows of every batch, gradients are averaged, and weights stay
/// equal (Keras: <c>keras.distribution.DataParallel</c>). Given to Compile. Every process runs the same program.
/// </summary>
/// <remarks>
/// The batch size is that of all processes together. Callbacks run on rank 0, and what they decide holds for all. Fit, Evaluate and Predict must be called by all
/// processes alike, and return the same on each.
/// </remarks>
public sealed class DataParallel : Distribution
{
    private readonly MpiWorld _world;

    /// <summary>Creates the distribution.</summary>
    /// <param name="world">The processes.</param>
    public DataParallel(MpiWorld world)
    {
        ArgumentNullException.ThrowIfNull(world);
        _world = world;
    }

    /// <inheritdoc/>
    public override int Rank => _world.Rank;

    /// <inheritdoc/>
    public override int Size => _world.Size;

    /// <inheritdoc/>
    public override void SumGradients(IReadOnlyList<Tensor> gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        if (Size == 1 || gradients.Count == 0)
            return;
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        Tensor all = torch.cat([.. gradients.Select(gradient => gradient.detach().cpu().reshape(-1))]);
        _world.Sum(all);
        long start = 0;
        foreach (Tensor gradient in gradients)
        {
            long count = gradient.numel();
            gradient.copy_(all.narrow(0, start, count).view(gradient.shape));
            start += count;
        }
    }

    /// <inheritdoc/>
    public override void Sum(Span<double> values) => _world.Sum(values);

    /// <inheritdoc/>
    public override void Broadcast(IReadOnlyList<Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (Size == 1)
            return;
        using var noGrad = torch.no_grad();
        foreach (Tensor tensor in tensors)
        {
            using var scope = torch.NewDisposeScope();
            Tensor values = tensor.detach().cpu().contiguous();
            _world.Broadcast(values);
            if (Rank != 0)
                tensor.copy_(values);
        }
    }

    /// <inheritdoc/>
    public override double Broadcast(double value)
    {
        Span<double> values = [value];
        _world.Broadcast(values);
        return values[0];
    }
}
