using System.Text.Json.Nodes;
using CifarVision.Optimizers;

namespace CifarVision.Tests.Callbacks;

/// <summary>A schedule that halves the rate with each step.</summary>
internal sealed class HalvingSchedule : LearningRateSchedule
{
    public override double Rate(long step) => Math.Pow(0.5, step);

    public override JsonObject GetConfig() => [];
}
