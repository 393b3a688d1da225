using System.Text.Json.Nodes;
using CifarVision.Metrics;
using CifarVision.Runtime;

namespace CifarVision.Tests.Metrics;

public sealed class AUCTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    // The example of Keras' documentation.
    [Fact]
    public void Result_ThreeThresholds_IsThatOfKerasExample()
    {
        var metric = new AUC(numThresholds: 3);
        Tensor yTrue = torch.tensor(new float[] { 0, 0, 1, 1 });
        Tensor yPred = torch.tensor(new float[] { 0, 0.5f, 0.3f, 0.9f });
        metric.Update(yTrue, yPred);

        Assert.Equal(0.75, metric.Result());

        metric.Reset();
        Assert.Equal(0, metric.Result());
        metric.Update(yTrue, yPred, torch.tensor(new float[] { 1, 0, 0, 1 }));
        Assert.Equal(1, metric.Result());
    }

    // With a threshold between any two outputs, the area is the fraction of pairs in the right order, where equal outputs count half.
    [Fact]
    public void Result_ManyThresholds_IsTheFractionOfPairsInOrder()
    {
        var values = new float[60];
        new RandomStream(4, "auc").NextUniform(values);
        float[] outputs = [.. values.Select(value => MathF.Round(value, 2))];
        float[] labels = [.. values.Select((value, i) => i % 3 == 0 || value > 0.8f ? 1f : 0f)];
        double[] pairs = [.. from i in Enumerable.Range(0, 60) where labels[i] == 1 from j in Enumerable.Range(0, 60) where labels[j] == 0 select (Math.Sign(outputs[i] - outputs[j]) + 1) / 2.0];

        var metric = new AUC(numThresholds: 2001);
        metric.Update(torch.tensor(labels), torch.tensor(outputs).to(ScalarType.Float64));

        Assert.Equal(pairs.Average(), metric.Result(), 1e-12);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Result_WeightsInFloat64_AreSummedAboveEachThreshold(bool areEven)
    {
        var values = new float[90];
        new RandomStream(5, "auc").NextUniform(values);
        (float[] outputs, float[] weights) = (values[..30], values[30..60]);
        float[] labels = [.. values[60..].Select(value => value > 0.4f ? 1f : 0f)];
        double[] thresholds = areEven ? [0.25, 0.5, 0.75] : [0.1, 0.5, 0.55];
        double[] all = [-1, .. thresholds, 2];
        double Share(float label, double threshold) => Weight(i => labels[i] == label && outputs[i] > threshold) / Weight(i => labels[i] == label);
        double Weight(Func<int, bool> which) => Enumerable.Range(0, 30).Where(which).Sum(i => (double)weights[i]);
        double expected = all.Zip(all.Skip(1), (low, high) => (Share(0, low) - Share(0, high)) * (Share(1, low) + Share(1, high)) / 2).Sum();

        var metric = new AUC(thresholds: thresholds);
        metric.Update(torch.tensor(labels), torch.tensor(outputs).to(ScalarType.Float64), torch.tensor(weights));

        Assert.Equal(expected, metric.Result(), 1e-13);
    }

    [Fact]
    public void Result_ThresholdsThatAreEven_IsThatOfTheirNumber()
    {
        Tensor yTrue = torch.tensor(new float[] { 0, 1, 1, 0, 1 });
        Tensor yPred = torch.tensor(new float[] { 0.1f, 0.5f, 0.75f, 0.8f, 1 });

        Assert.Equal(Value(new AUC(numThresholds: 5)), Value(new AUC(thresholds: [0.75, 0.25, 0.5])));
        Assert.Equal(5, new AUC(thresholds: [0.75, 0.25, 0.5]).NumThresholds);

        double Value(AUC metric)
        {
            metric.Update(yTrue, yPred);
            return metric.Result();
        }
    }

    [Fact]
    public void Update_IntegerLabels_AreThoseOfOneHotRows()
    {
        Tensor labels = torch.tensor(new long[] { 0, 2, 1, 1 });
        Tensor yPred = torch.tensor(new[] { 0.7f, 0.2f, 0.1f, 0.3f, 0.3f, 0.4f, 0.5f, 0.2f, 0.3f, 0.1f, 0.8f, 0.1f }, [4, 3]);
        var ofLabels = new AUC();
        var ofRows = new AUC();
        ofLabels.Update(labels, yPred);
        ofRows.Update(torch.nn.functional.one_hot(labels, 3), yPred);

        Assert.InRange(ofRows.Result(), 0.8, 0.9);
        Assert.Equal(ofRows.Result(), ofLabels.Result());
    }

    [Fact]
    public void Update_WeightsOfLabels_WeighTheCountsOrTheAverage()
    {
        Tensor yTrue = torch.tensor(new float[] { 1, 0, 0, 1, 1, 1, 0, 0 }, [4, 2]);
        Tensor yPred = torch.tensor(new float[] { 0.9f, 0.6f, 0.2f, 0.7f, 0.8f, 0.3f, 0.1f, 0.5f }, [4, 2]);

        // The first label is in order, so its area is 1; of the second, 2 of 4 pairs are.
        Assert.Equal((1 + 0.5) / 2, Value(new AUC(multiLabel: true)), 1e-6);
        Assert.Equal((3 * 1 + 0.5) / 4, Value(new AUC(multiLabel: true, labelWeights: [3, 1])), 1e-6);
        Assert.Equal(1, Value(new AUC(labelWeights: [1, 0])), 1e-6);
        Assert.Equal(0.5, Value(new AUC(labelWeights: [0, 1])), 1e-6);

        double Value(AUC metric)
        {
            metric.Update(yTrue, yPred);
            return metric.Result();
        }
    }

    [Theory]
    [InlineData(AUCCurve.ROC)]
    [InlineData(AUCCurve.PR)]
    public void Result_OneClassOnly_IsZero(AUCCurve curve)
    {
        var metric = new AUC(curve: curve);
        metric.Update(torch.zeros(5), torch.linspace(0, 1, 5));

        Assert.Equal(0, metric.Result());
    }

    [Fact]
    public void Update_OutputsOutOfRange_AreTakenAsTheNearest()
    {
        var metric = new AUC();
        metric.Update(torch.tensor(new float[] { 1, 0, 1, 0 }), torch.tensor(new[] { 7, -7, float.PositiveInfinity, float.NaN }));

        Assert.Equal(1, metric.Result());
    }

    [Fact]
    public void SetState_OfGetState_GoesOn()
    {
        Tensor yTrue = torch.tensor(new float[] { 0, 0, 1, 1 });
        var whole = new AUC();
        whole.Update(yTrue, torch.tensor(new float[] { 0, 0.5f, 0.3f, 0.9f }));
        var resumed = new AUC();
        resumed.SetState(whole.GetState());
        foreach (AUC metric in new[] { whole, resumed })
            metric.Update(yTrue, torch.tensor(new float[] { 0.2f, 0.6f, 0.7f, 0.1f }));

        Assert.Equal(whole.Result(), resumed.Result());
    }

    [Fact]
    public void FromConfig_WeightsAsATensor_AreRead()
    {
        Metric metric = MetricFactory.FromEnvelope(JsonNode.Parse(
            """{"class_name": "AUC", "config": {"name": "auc", "multi_label": true, "label_weights": {"class_name": "__tensor__", "config": {"value": [1.0, 2.5], "dtype": "float32"}}}}""")!);

        Assert.Equal([1, 2.5], Assert.IsType<AUC>(metric).LabelWeights);
    }

    [Fact]
    public void Create_ArgumentsThatDoNotFit_AreRejected()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AUC(numThresholds: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AUC(thresholds: [0.5, 1.5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AUC(labelWeights: [-1]));
        Assert.StartsWith("AUC: curve must be ROC or PR, but was 7.", Assert.Throws<ArgumentOutOfRangeException>(() => new AUC(curve: (AUCCurve)7)).Message, StringComparison.Ordinal);
        Assert.Equal("summationMethod", Assert.Throws<ArgumentOutOfRangeException>(() => new AUC(summationMethod: (AUCSummationMethod)7)).ParamName);
        Assert.StartsWith("AUC: numLabels must be null without multiLabel, but was 3.", Assert.Throws<ArgumentException>(() => new AUC(numLabels: 3)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "AUC: labelWeights must have a weight for each of the 3 labels, but was 1 weights.",
            Assert.Throws<ArgumentException>(() => new AUC(multiLabel: true, numLabels: 3, labelWeights: [1])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Update_ShapesThatDoNotFit_AreRejected()
    {
        Assert.Equal(
            "AUC: yPred must have the shape (N, 3) with multiLabel, but was (4, 2).",
            Assert.Throws<ArgumentException>(() => new AUC(multiLabel: true, numLabels: 3).Update(torch.ones(4, 2), torch.ones(4, 2))).Message);
        Assert.Equal(
            "AUC: yPred must have the shape (N, labels) with multiLabel, but was (4,).",
            Assert.Throws<ArgumentException>(() => new AUC(multiLabel: true).Update(torch.ones(4), torch.ones(4))).Message);
        Assert.Equal(
            "AUC: labelWeights must have a weight for each of the 2 outputs, but was 3 weights.",
            Assert.Throws<ArgumentException>(() => new AUC(labelWeights: [1, 2, 3]).Update(torch.ones(4, 2), torch.ones(4, 2))).Message);
        Assert.Throws<ArgumentException>(() => new AUC().Update(torch.ones(4, 1), torch.ones(4, 2)));
        Assert.Throws<ArgumentException>(() => new AUC().Update(torch.ones(4), torch.ones(4), torch.ones(3)));
    }
}
