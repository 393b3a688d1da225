using CifarVision.Training;
using TorchSharp;

namespace CifarVision.MpiTest;

/// <summary>Training on all processes without the exchange of gradients: the time that a step takes at least.</summary>
/// <param name="inner">What everything else is left to.</param>
internal sealed class NoExchange(Distribution inner) : Distribution
{
    public override int Rank => inner.Rank;

    public override int Size => inner.Size;

    public override long? BucketBytes => inner.BucketBytes;

    public override void SumGradients(IReadOnlyList<torch.Tensor> gradients)
    {
    }

    public override void Sum(Span<double> values) => inner.Sum(values);

    public override void Broadcast(IReadOnlyList<torch.Tensor> tensors) => inner.Broadcast(tensors);

    public override double Broadcast(double value) => inner.Broadcast(value);
}
