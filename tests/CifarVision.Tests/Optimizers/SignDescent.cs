using System.Text.Json.Nodes;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Optimizers;

#region own-optimizer
/// <summary>A step of fixed length against the sign of the momentum.</summary>
public sealed class SignDescent(LearningRateSchedule? learningRate = null, double momentum = 0.9, double? weightDecay = null, double? clipValue = null)
    : Optimizer(learningRate ?? 0.001, weightDecay, clipValue: clipValue)
{
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["momentum"] = momentum;
        return config;
    }

    // What is kept for each weight: saved, restored and counted by the base.
    protected override void BuildSlots(IReadOnlyList<Weight> weights) => AddSlots(weights, ["momentum"]);

    protected override void Update(Weight weight, Tensor gradient, double learningRate)
    {
        Tensor mean = Slot(weight, "momentum").MultiplyInPlace(momentum).AddInPlace(gradient);
        weight.Value.AddInPlace(mean.sign(), -learningRate);
    }
}
#endregion
