using System.Text.Json.Nodes;
using CifarVision.Losses;
using CifarVision.Runtime;

namespace Extending;

#region loss
/// <summary>Crossentropy with less weight on samples that are already predicted well: <c>-(1 - p)^gamma * log(p)</c>, where p is the probability of the true class.</summary>
/// <remarks>Source: Lin, Goyal, Girshick, He, Dollár, "Focal loss for dense object detection", ICCV 2017.</remarks>
internal sealed class FocalLoss(double gamma = 2) : Loss
{
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["gamma"] = gamma;
        return config;
    }

    // yTrue is one-hot, (N, classes), unless WantsOneHot is overridden; the result is the loss of each sample, (N).
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred)
    {
        Tensor p = (yTrue * yPred).sum(-1).Clamp(1e-7, 1 - 1e-7);
        return -p.SubtractFrom(1).Power(gamma) * p.log();
    }
}
#endregion
