using CifarVision.Evaluation;

namespace CifarVision.Tests.Evaluation;

public class CurveTests
{
    // Sorted by probability: + - + + - -, of three positive and three negative samples.
    private static readonly NDArray Truth = np.array(new[] { 1, 0, 1, 1, 0, 0 });
    private static readonly NDArray Probabilities = np.array(new[] { 0.9, 0.8, 0.7, 0.6, 0.4, 0.1 });

    [Fact]
    public void Roc_WorkedByHand_IsThis()
    {
        RocCurve curve = Assert.Single(new RocCurves(Truth, Probabilities, ["cat", "dog"]).Curves);

        Assert.Equal("dog", curve.ClassName);

        // At 0.7 and 0.4 the curve goes straight on.
        Assert.Equal([0, 0, 1.0 / 3, 1.0 / 3, 1], curve.FalsePositiveRates);
        Assert.Equal([0, 1.0 / 3, 1.0 / 3, 1, 1], curve.TruePositiveRates);
        Assert.Equal([double.PositiveInfinity, 0.9, 0.8, 0.6, 0.1], curve.Thresholds);

        // Of the nine pairs of a positive and a negative sample, seven are in order.
        Assert.Equal(7.0 / 9, curve.Area, 1e-15);
    }

    [Fact]
    public void Roc_EqualProbabilities_CountHalf()
    {
        var roc = new RocCurves(np.array(new[] { 0, 1, 1, 0 }), np.array(new[] { 0.5f, 0.5f, 0.5f, 0.5f }));
        Assert.Equal([0, 1], roc.Curves[0].FalsePositiveRates);
        Assert.Equal(0.5, roc.MacroArea);
    }

    [Fact]
    public void PrecisionRecall_WorkedByHand_IsThis()
    {
        PrecisionRecallCurve curve = Assert.Single(new PrecisionRecallCurves(Truth, Probabilities).Curves);

        Assert.Equal("1", curve.ClassName);
        Assert.Equal([3.0 / 6, 3.0 / 5, 3.0 / 4, 2.0 / 3, 1.0 / 2, 1, 1], curve.Precisions);
        Assert.Equal([1, 1, 1, 2.0 / 3, 1.0 / 3, 1.0 / 3, 0], curve.Recalls);
        Assert.Equal([0.1, 0.4, 0.6, 0.7, 0.8, 0.9], curve.Thresholds);
        Assert.Equal((1 + (2.0 / 3) + (3.0 / 4)) / 3, curve.AveragePrecision, 1e-15);
    }

    [Fact]
    public void Softmax_OfTwoClasses_IsTheCurveOfClassOne()
    {
        NDArray two = np.stack([1 - Probabilities, Probabilities], axis: 1);
        Assert.Equal(new RocCurves(Truth, Probabilities).MacroArea, new RocCurves(Truth, two).MacroArea);
        Assert.Equal(new PrecisionRecallCurves(Truth, Probabilities).MacroAveragePrecision, new PrecisionRecallCurves(Truth, two).MacroAveragePrecision);
        Assert.Equal(new CalibrationCurve(Truth, Probabilities).ExpectedError, new CalibrationCurve(Truth, two).ExpectedError);
    }

    [Fact]
    public void Classes_WithoutSamples_DoNotCount()
    {
        NDArray truth = np.array(new[] { 0, 1, 1, 0 });
        NDArray probabilities = np.array(new[,] { { 0.7, 0.2, 0.1 }, { 0.6, 0.3, 0.1 }, { 0.1, 0.8, 0.1 }, { 0.2, 0.1, 0.7 } });
        var roc = new RocCurves(truth, probabilities);
        var precisionRecall = new PrecisionRecallCurves(truth, probabilities);

        // Class 0: pairs in order 3 of 4; class 1: all; class 2 has no samples.
        Assert.Equal([0.75, 1, double.NaN], roc.Curves.Select(curve => curve.Area));
        Assert.Equal(0.875, roc.MacroArea);
        Assert.Empty(roc.Curves[2].Thresholds);
        Assert.Equal([(1 + (2.0 / 3)) / 2, 1, double.NaN], precisionRecall.Curves.Select(curve => curve.AveragePrecision));
        Assert.Equal((((1 + (2.0 / 3)) / 2) + 1) / 2, precisionRecall.MacroAveragePrecision, 1e-15);
        Assert.Empty(precisionRecall.Curves[2].Precisions);
    }

    [Fact]
    public void Data_OfOneClass_IsAnError()
    {
        NDArray zeros = np.array(new[] { 0, 0 });
        NDArray probabilities = np.array(new[] { 0.2, 0.3 });
        Assert.StartsWith("RocCurves: yTrue must have samples of two classes or more, but all are of class 0.", Assert.Throws<ArgumentException>(() => new RocCurves(zeros, probabilities)).Message, StringComparison.Ordinal);
        Assert.StartsWith("PrecisionRecallCurves: yTrue must have samples of class 1, but all are of class 0.", Assert.Throws<ArgumentException>(() => new PrecisionRecallCurves(zeros, probabilities)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Calibration_WorkedByHand_IsThis()
    {
        var calibration = new CalibrationCurve(np.array(new[] { 0, 1, 0, 1, 1 }), np.array(new[] { 0, 0.25, 0.25, 0.75, 1 }), bins: 4);

        Assert.True(calibration.IsBinary);
        Assert.Equal(new CalibrationBin(0, 0.25, 3, 0.5 / 3, 1.0 / 3), calibration.Bins[0]);
        Assert.Equal(new CalibrationBin(0.25, 0.5, 0, double.NaN, double.NaN), calibration.Bins[1]);
        Assert.Equal(new CalibrationBin(0.5, 0.75, 1, 0.75, 1), calibration.Bins[2]);
        Assert.Equal(new CalibrationBin(0.75, 1, 1, 1, 1), calibration.Bins[3]);
        Assert.Equal(((3 * ((1.0 / 3) - (0.5 / 3))) + 0.25) / 5, calibration.ExpectedError, 1e-15);
    }

    [Fact]
    public void Calibration_OfSeveralClasses_IsThatOfThePredictedClass()
    {
        var calibration = new CalibrationCurve(np.array(new[] { 0, 1, 2 }), np.array(new[,] { { 0.5, 0.25, 0.25 }, { 0.5, 0.25, 0.25 }, { 0.125, 0.125, 0.75 } }), bins: 2);

        Assert.False(calibration.IsBinary);
        Assert.Equal(new CalibrationBin(0, 0.5, 2, 0.5, 0.5), calibration.Bins[0]);
        Assert.Equal(new CalibrationBin(0.5, 1, 1, 0.75, 1), calibration.Bins[1]);
        Assert.Equal(0.25 / 3, calibration.ExpectedError, 1e-15);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1001)]
    public void Calibration_BinsOutOfRange_AreAnError(int bins)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new CalibrationCurve(Truth, Probabilities, bins));
        Assert.StartsWith($"CalibrationCurve: bins must be from 1 to 1000, but was {bins}.", error.Message, StringComparison.Ordinal);
    }
}
