using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Optimizers;

/// <summary>What a user may write: moves each weight by the rate against the sign of its gradient, and counts the moves in a slot.</summary>
public sealed class SignDescent(LearningRateSchedule? learningRate = null, double? weightDecay = null, double? clipValue = null)
    : Optimizer(learningRate ?? 0.1, weightDecay, clipValue: clipValue)
{
    public Tensor LastGradient { get; private set; } = torch.zeros(1);

    public Tensor Moves(Weight weight) => Slot(weight, "moves");

    protected override void BuildSlots(IReadOnlyList<Weight> weights) => AddSlots(weights, ["moves"]);

    protected override void Update(Weight weight, Tensor gradient, double learningRate)
    {
        LastGradient = gradient.clone().DetachFromDisposeScope();
        weight.Value.add_(gradient.sign(), alpha: -learningRate);
        Slot(weight, "moves").add_(1);
    }
}
