using System.Text.Json.Nodes;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace Extending;

#region optimizer
/// <summary>Steps of constant length, in the direction of the sign of gradient and momentum combined.</summary>
/// <remarks>Source: Chen et al., "Symbolic discovery of optimization algorithms", 2023.</remarks>
internal sealed class Lion(LearningRateSchedule? learningRate = null, double beta1 = 0.9, double beta2 = 0.99, double? weightDecay = null)
    : Optimizer(learningRate ?? 1e-4, weightDecay)
{
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["beta_1"] = beta1;
        config["beta_2"] = beta2;
        return config;
    }

    // The state of each weight, which is saved and restored with the model.
    protected override void BuildSlots(IReadOnlyList<Weight> weights) => AddSlots(weights, ["momentum"]);

    // Called without gradient recording and in a dispose scope. The weight is already decayed, and the gradient clipped.
    protected override void Update(Weight weight, Tensor gradient, double learningRate)
    {
        Tensor momentum = Slot(weight, "momentum");
        Tensor direction = momentum.Multiply(beta1).AddInPlace(gradient, scale: 1 - beta1).sign_();
        weight.Value.AddInPlace(direction, scale: -learningRate);
        momentum.MultiplyInPlace(beta2).AddInPlace(gradient, scale: 1 - beta2);
    }
}
#endregion
