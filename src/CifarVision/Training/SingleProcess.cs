namespace CifarVision.Training;

/// <summary>Training in one process.</summary>
internal sealed class SingleProcess : Distribution
{
    public override int Rank => 0;

    public override int Size => 1;

    public override void SumGradients(IReadOnlyList<Tensor> gradients)
    {
    }

    public override void Sum(Span<double> values)
    {
    }

    public override void Broadcast(IReadOnlyList<Tensor> tensors)
    {
    }

    public override double Broadcast(double value) => value;
}
