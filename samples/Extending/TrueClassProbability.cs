using CifarVision.Metrics;

namespace Extending;

#region metric
/// <summary>The mean predicted probability of the true class.</summary>
internal sealed class TrueClassProbability() : MeanMetric("true_class_probability")
{
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred) => (yTrue * yPred).sum(-1);
}
#endregion
