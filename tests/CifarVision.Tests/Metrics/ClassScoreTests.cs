using CifarVision.Metrics;
using CifarVision.Runtime;

namespace CifarVision.Tests.Metrics;

/// <summary>Precision, Recall and F1Score.</summary>
public sealed class ClassScoreTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    // Largest outputs: 0, 0, 1, 2, 1, 0. Labels: 0, 1, 1, 2, 2, 0.
    // Class 0: tp 2, fp 1, fn 0. Class 1: tp 1, fp 1, fn 1. Class 2: tp 1, fp 0, fn 1.
    private readonly Tensor _yPred = torch.tensor(new float[,]
    {
        { 0.7f, 0.2f, 0.1f }, { 0.6f, 0.3f, 0.1f }, { 0.1f, 0.8f, 0.1f }, { 0.1f, 0.1f, 0.8f }, { 0.1f, 0.7f, 0.2f }, { 0.9f, 0.05f, 0.05f },
    });

    private readonly Tensor _labels = torch.tensor(new[] { 0, 1, 1, 2, 2, 0 });

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void PerClass_CountedByHand()
    {
        Assert.Equal([2.0 / 3, 1.0 / 2, 1], Updated(new Precision()).PerClass());
        Assert.Equal([1, 1.0 / 2, 1.0 / 2], Updated(new Recall()).PerClass());
        Assert.Equal([4.0 / 5, 1.0 / 2, 2.0 / 3], Updated(new F1Score()).PerClass());
    }

    [Fact]
    public void Result_Average_CountedByHand()
    {
        const double macro = ((4.0 / 5) + (1.0 / 2) + (2.0 / 3)) / 3; // as often as there are labels of each class: twice
        Assert.Equal(macro, Updated(new F1Score()).Result(), 1e-12);
        Assert.Equal(macro, Updated(new F1Score(Averaging.Weighted)).Result(), 1e-12);
        Assert.Equal(4.0 / 6, Updated(new F1Score(Averaging.Micro)).Result(), 1e-12);
        Assert.Equal(4.0 / 6, Updated(new Precision()).Result(), 1e-12);
        Assert.Equal(((2.0 / 3) + (1.0 / 2) + 1) / 3, Updated(new Precision(average: Averaging.Macro)).Result(), 1e-12);
        Assert.Equal(4.0 / 6, Updated(new Recall()).Result(), 1e-12);
    }

    [Fact]
    public void Result_WeightedAverage_WeighsBySupport()
    {
        var metric = new Recall(average: Averaging.Weighted);
        metric.Update(torch.tensor(new[] { 0, 0, 0, 1 }), torch.tensor(new float[,] { { 1, 0 }, { 0, 1 }, { 0, 1 }, { 0, 1 } }));

        Assert.Equal((3 * (1.0 / 3)) + 1, 4 * metric.Result(), 1e-12);
        metric.Reset();
    }

    [Fact]
    public void Result_ClassId_IsThatClass()
    {
        Assert.Equal(0.5, Updated(new Precision(classId: 1)).Result());
        Assert.Equal(0.5, Updated(new Recall(classId: 2)).Result());
        Assert.Equal(0.8, Updated(new F1Score(classId: 0)).Result(), 1e-12);
    }

    // The example of Keras' own page on F1Score.
    [Fact]
    public void F1Score_SeveralLabelsASample_IsKeras()
    {
        var metric = new F1Score(threshold: 0.5);

        metric.Update(
            torch.tensor(new[,] { { 1, 1, 1 }, { 1, 0, 0 }, { 1, 1, 0 } }),
            torch.tensor(new float[,] { { 0.2f, 0.6f, 0.7f }, { 0.2f, 0.6f, 0.6f }, { 0.6f, 0.8f, 0 } }));

        double[] expected = [0.5, 0.8, 0.6666667];
        Assert.All(metric.PerClass().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
        metric.Reset();
    }

    // The examples of Keras' own pages on Precision and Recall.
    [Fact]
    public void PrecisionAndRecall_OneOutput_AreKeras()
    {
        Tensor labels = torch.tensor(new[] { 0, 1, 1, 1 });
        Tensor yPred = torch.tensor(new float[] { 1, 0, 1, 1 }).unsqueeze(1);
        Tensor weight = torch.tensor(new float[] { 0, 0, 1, 0 });
        foreach (Metric metric in new Metric[] { new Precision(), new Recall() })
        {
            metric.Update(labels, yPred);
            Assert.Equal(2.0 / 3, metric.Result(), 1e-12);
            metric.Reset();
            metric.Update(labels, yPred, weight);
            Assert.Equal(1, metric.Result());
            metric.Reset();
        }
    }

    [Fact]
    public void Update_NothingOverTheThreshold_PredictsNothing()
    {
        var metric = new Precision();

        metric.Update(_labels, torch.ones(6, 3).Divide(2));

        Assert.Equal(0, metric.Result());
        metric.Reset();
    }

    [Fact]
    public void Update_LargestOutputs_CountsTiesAndIgnoresRowsOfZeros()
    {
        var metric = new F1Score(Averaging.Micro);

        metric.Update(torch.tensor(new[] { 0, 0 }), torch.tensor(new float[,] { { 0.5f, 0.5f }, { 0, 0 } }));

        Assert.Equal(2.0 / (2 + 1 + 1), metric.Result(), 1e-12);
        metric.Reset();
    }

    [Fact]
    public void Update_LabelsOfAnyForm_GivesTheSame()
    {
        var metric = new Precision(average: Averaging.Macro);
        double expected = Updated(metric).Result();
        metric.Reset();

        metric.Update(torch.nn.functional.one_hot(_labels.to(ScalarType.Int64), 3), _yPred);
        Assert.Equal(expected, metric.Result());
        metric.Reset();
        metric.Update(_labels.unsqueeze(1).to(ScalarType.Byte), _yPred.to(ScalarType.BFloat16));
        Assert.Equal(expected, metric.Result());
        metric.Reset();
    }

    [Fact]
    public void Update_OtherNumberOfClasses_AsksForReset()
    {
        Precision metric = Updated(new Precision());

        var error = Assert.Throws<ArgumentException>(() => metric.Update(_labels, torch.zeros(6, 4)));

        Assert.Equal("Precision: every batch must give sums of shape (3,), but was (4,). Call Reset before another number of classes.", error.Message);
        metric.Reset();
    }

    [Fact]
    public void Constructor_WhatHasNoMeaning_Throws()
    {
        Assert.StartsWith(
            "Precision: threshold must be from 0 to 1, but was 1.5.", Assert.Throws<ArgumentOutOfRangeException>(() => new Precision(1.5)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "Recall: classId must be at least 0, but was -1.", Assert.Throws<ArgumentOutOfRangeException>(() => new Recall(classId: -1)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "F1Score: average must be null with classId, but was Macro.",
            Assert.Throws<ArgumentException>(() => new F1Score(Averaging.Macro, classId: 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Update_OutputsThatDoNotFit_Throws()
    {
        Assert.StartsWith(
            "F1Score: threshold must be given for one output unit, but was null with yPred (6, 1).",
            Assert.Throws<ArgumentException>(() => new F1Score().Update(_labels, torch.zeros(6, 1))).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "Recall: classId must be less than the number of classes, but was 3 with yPred (6, 3).",
            Assert.Throws<ArgumentException>(() => new Recall(classId: 3).Update(_labels, _yPred)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "Recall: yPred must have the shape (N, classes), but was (6,).",
            Assert.Throws<ArgumentException>(() => new Recall().Update(_labels, torch.zeros(6))).Message, StringComparison.Ordinal);
    }

    private T Updated<T>(T metric)
        where T : ClassScore
    {
        metric.Update(_labels.narrow(0, 0, 2), _yPred.narrow(0, 0, 2));
        metric.Update(_labels.narrow(0, 2, 4), _yPred.narrow(0, 2, 4));
        return metric;
    }
}
