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
    private const long DefaultBucketBytes = 25 << 20;

    private readonly MpiWorld _world;
    private readonly bool _inBFloat16;
    private readonly List<GradientSum> _underWay = [];

    /// <summary>Creates the distribution.</summary>
    /// <param name="world">The processes.</param>
    /// <param name="gradientType">
    /// The dtype in which gradients travel. Default <see cref="ScalarType.Float32"/>. <see cref="ScalarType.BFloat16"/> halves the bytes: gradients are rounded to 8
    /// bits of mantissa before and after they are summed in float32.
    /// </param>
    /// <param name="bucketBytes">How many bytes of gradients are exchanged together, while those of earlier layers are computed. Default 25 MB, less for small models.</param>
    /// <exception cref="ArgumentException">The type is neither of the two.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bucketBytes"/> is under 1.</exception>
    public DataParallel(MpiWorld world, ScalarType gradientType = ScalarType.Float32, long bucketBytes = DefaultBucketBytes)
    {
        ArgumentNullException.ThrowIfNull(world);
        if (gradientType is not (ScalarType.Float32 or ScalarType.BFloat16))
            throw new ArgumentException($"DataParallel: gradientType must be Float32 or BFloat16, but was {gradientType}.", nameof(gradientType));
        if (bucketBytes < 1)
            throw new ArgumentOutOfRangeException(nameof(bucketBytes), FormattableString.Invariant($"DataParallel: bucketBytes must be at least 1, but was {bucketBytes}."));
        (_world, _inBFloat16, BucketBytes) = (world, gradientType == ScalarType.BFloat16, bucketBytes);
    }

    /// <inheritdoc/>
    public override int Rank => _world.Rank;

    /// <inheritdoc/>
    public override int Size => _world.Size;

    /// <inheritdoc/>
    public override long? BucketBytes { get; }

    /// <inheritdoc/>
    public override void SumGradients(IReadOnlyList<Tensor> gradients)
    {
        BeginSumGradients(gradients);
        EndSumGradients();
    }

    /// <inheritdoc/>
    public override void BeginSumGradients(IReadOnlyList<Tensor> gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        if (Size == 1)
            return;
        foreach (IGrouping<bool, Tensor> group in gradients.GroupBy(GradientSum.IsLarge))
        {
            if (group.Key)
                _underWay.AddRange(group.Select(gradient => GradientSum.InPlace(gradient, _world, _inBFloat16)));
            else
                _underWay.AddRange(group.GroupBy(gradient => gradient.dtype).Select(small => GradientSum.Packed([.. small], _world, _inBFloat16)));
        }
    }

    /// <inheritdoc/>
    public override void EndSumGradients()
    {
        foreach (GradientSum sum in _underWay)
            sum.End();
        _underWay.Clear();
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
