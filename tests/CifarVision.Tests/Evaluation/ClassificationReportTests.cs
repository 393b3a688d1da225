using CifarVision.Evaluation;
using CifarVision.Metrics;

namespace CifarVision.Tests.Evaluation;

public class ClassificationReportTests
{
    private static readonly NDArray Truth = np.array(new[] { 0, 0, 0, 0, 1, 1, 1, 2, 2, 2 });

    // Class 0: 3 of 4 right, one taken for 1. Class 1: 2 of 3 right, one taken for 0. Class 2: 1 of 3 right, the others taken for 1.
    private static readonly NDArray Predicted = np.array(new[] { 0, 0, 0, 1, 1, 1, 0, 2, 1, 1 });

    [Fact]
    public void Scores_WorkedByHand_AreThese()
    {
        var report = new ClassificationReport(Truth, Predicted, ["a", "b", "c"]);

        Assert.Equal(new ClassificationScores("a", 3.0 / 4, 3.0 / 4, 6.0 / 8, 4), report.Classes[0]);
        Assert.Equal(new ClassificationScores("b", 2.0 / 5, 2.0 / 3, 4.0 / 8, 3), report.Classes[1]);
        Assert.Equal(new ClassificationScores("c", 1.0, 1.0 / 3, 2.0 / 4, 3), report.Classes[2]);
        Assert.Equal(0.6, report.Accuracy);
        Assert.Equal(10, report.Support);
        Assert.Equal((0.75 + 0.4 + 1) / 3, report.MacroAverage.Precision, 1e-15);
        Assert.Equal((0.75 + 0.5 + 0.5) / 3, report.MacroAverage.F1Score, 1e-15);
        Assert.Equal(((4 * 0.75) + (3 * 0.4) + 3) / 10, report.WeightedAverage.Precision, 1e-15);
        Assert.Equal(0.6, report.WeightedAverage.Recall, 1e-15);
        Assert.Equal(10, report.WeightedAverage.Support);
    }

    [Fact]
    public void Text_OfTheSame_HasTheseColumns() => Assert.Equal(
        """
                      precision    recall  f1-score   support

                   a       0.75      0.75      0.75         4
                   b       0.40      0.67      0.50         3
                   c       1.00      0.33      0.50         3

            accuracy                           0.60        10
           macro avg       0.72      0.58      0.58        10
        weighted avg       0.72      0.60      0.60        10

        """.ReplaceLineEndings("\n"),
        new ClassificationReport(Truth, Predicted, ["a", "b", "c"]).ToString());

    [Fact]
    public void Inputs_OfAnyForm_AreTheSame()
    {
        string expected = new ClassificationReport(Truth, Predicted).ToString();
        NDArray oneHot = CifarVision.Datasets.Labels.ToCategorical(Truth);
        NDArray probabilities = (CifarVision.Datasets.Labels.ToCategorical(Predicted) * 0.4f) + 0.2f;
        var matrix = new ConfusionMatrix(3);
        matrix.Update(Truth, probabilities);

        Assert.Equal(expected, new ClassificationReport(Truth.reshape(10, 1), probabilities).ToString());
        Assert.Equal(expected, new ClassificationReport(oneHot, probabilities.astype(typeof(double))).ToString());
        Assert.Equal(expected, new ClassificationReport(oneHot, Predicted.reshape(10, 1)).ToString());
        Assert.Equal(expected, new ClassificationReport(Truth.astype(typeof(float)), Predicted.astype(typeof(byte))).ToString());
        Assert.Equal(expected, new ClassificationReport(matrix).ToString());
    }

    [Fact]
    public void Sigmoid_OverAHalf_PredictsClassOne()
    {
        NDArray truth = np.array(new[] { 0f, 0f, 1f, 1f });
        NDArray probabilities = np.array(new[] { 0.5f, 0.51f, 0.9f, 0.2f });

        foreach (NDArray yPred in new[] { probabilities, probabilities.reshape(4, 1) })
        {
            var report = new ClassificationReport(truth, yPred);
            Assert.Equal(new ClassificationScores("1", 0.5, 0.5, 0.5, 2), report.Classes[1]);
            Assert.Equal(0.5, report.Accuracy);
        }
    }

    [Fact]
    public void Classes_WithoutPredictionsOrSamples_AreZeroAndCount()
    {
        var report = new ClassificationReport(np.array(new[] { 0, 0, 1 }), np.array(new float[,] { { 0.9f, 0.1f, 0, 0 }, { 0.1f, 0, 0.9f, 0 }, { 0.8f, 0.2f, 0, 0 } }));

        Assert.Equal(new ClassificationScores("0", 0.5, 0.5, 0.5, 2), report.Classes[0]);
        Assert.Equal(new ClassificationScores("1", 0, 0, 0, 1), report.Classes[1]);
        Assert.Equal(new ClassificationScores("2", 0, 0, 0, 0), report.Classes[2]);
        Assert.Equal(new ClassificationScores("3", 0, 0, 0, 0), report.Classes[3]);
        Assert.Equal(0.125, report.MacroAverage.Precision);
    }

    [Theory]
    [InlineData(0.125, 2, "0.12")]
    [InlineData(0.375, 2, "0.38")]
    [InlineData(0.5, 0, "0")]
    [InlineData(0.25, 1, "0.2")]
    [InlineData(0.75, 1, "0.8")]
    [InlineData(0.285, 2, "0.28")]
    [InlineData(0.15, 1, "0.1")]
    [InlineData(0.35, 1, "0.3")]
    [InlineData(1, 2, "1.00")]
    public void Numbers_AreRoundedAsInPython(double value, int digits, string expected) => Assert.Equal(expected, ReportText.Fixed(value, digits));

    [Theory]
    [InlineData(-1)]
    [InlineData(11)]
    public void Digits_OutOfRange_AreAnError(int digits)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new ClassificationReport(Truth, Predicted).ToString(digits));
        Assert.StartsWith($"ClassificationReport: digits must be from 0 to 10, but was {digits}.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Matrix_Empty_IsAnError()
    {
        var error = Assert.Throws<ArgumentException>(() => new ClassificationReport(new ConfusionMatrix(2)));
        Assert.StartsWith("ClassificationReport: matrix must have at least one sample, but was empty.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_OfAnotherNumber_AreAnError()
    {
        var error = Assert.Throws<ArgumentException>(() => new ClassificationReport(Truth, (CifarVision.Datasets.Labels.ToCategorical(Predicted) * 0.4f) + 0.2f, ["a", "b"]));
        Assert.StartsWith("ClassificationReport: classNames must be 3, one for each class, but was 2.", error.Message, StringComparison.Ordinal);
    }
}
