using CifarVision.Metrics;

namespace Extending;

#region metric
/// <summary>The mean probability that the true class is given: how sure of the right answer the model is.</summary>
internal sealed class TrueClassProbability() : MeanMetric("true_class_probability")
{
    protected override Tensor PerSample(Tensor yTrue, Tensor yPred) => (yTrue * yPred).sum(-1);
}
#endregion
