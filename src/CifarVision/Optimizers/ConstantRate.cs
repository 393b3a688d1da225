using System.Text.Json.Nodes;

namespace CifarVision.Optimizers;

/// <summary>A constant learning rate.</summary>
internal sealed class ConstantRate(double learningRate) : LearningRateSchedule
{
    public override double Rate(long step) => learningRate;

    public override JsonObject GetConfig() => throw new NotSupportedException("A constant rate is saved as a number.");
}
