using CifarVision.Metrics;

namespace CifarVision.Tests.Testing;

/// <summary>A metric that measures nothing: a name and a direction, for callbacks to ask.</summary>
internal sealed class NamedMetric(string name, bool higherIsBetter) : Metric(name)
{
    public override bool HigherIsBetter => higherIsBetter;

    public override void Update(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null)
    {
    }

    public override double Result() => 0;

    public override void Reset()
    {
    }
}
