using CifarVision.Metrics;
using CifarVision.Runtime;

namespace CifarVision.Tests.Metrics;

public sealed class AccuracyTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();
    private readonly Tensor _threeOfFour = torch.tensor(new float[,] { { 0.7f, 0.2f, 0.1f }, { 0.1f, 0.3f, 0.6f }, { 0.4f, 0.5f, 0.1f }, { 0.2f, 0.2f, 0.6f } });
    private readonly Tensor _labels = torch.tensor(new byte[] { 0, 2, 1, 0 });

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Update_LabelsOfAnyForm_GivesTheSame()
    {
        Assert.Equal(0.75, ResultOf(new Accuracy(), _labels, _threeOfFour));
        Assert.Equal(0.75, ResultOf(new Accuracy(), _labels.unsqueeze(1), _threeOfFour));
        Assert.Equal(0.75, ResultOf(new Accuracy(), OneHot(), _threeOfFour));
        Assert.Equal(0.75, ResultOf(new CategoricalAccuracy(), OneHot(), _threeOfFour));
        Assert.Equal(0.75, ResultOf(new SparseCategoricalAccuracy(), _labels, _threeOfFour));
        Assert.Equal(0.75, ResultOf(new SparseCategoricalAccuracy(), _labels.unsqueeze(1), _threeOfFour));
    }

    [Fact]
    public void Update_OneOutputUnit_ComparesWithOneHalf()
    {
        Tensor yPred = torch.tensor(new float[,] { { 0.98f }, { 0.5f }, { 0 }, { 0.6f } });
        Tensor labels = torch.tensor(new byte[] { 1, 1, 0, 0 });

        Assert.Equal(0.5, ResultOf(new Accuracy(), labels, yPred));
        Assert.Equal(0.5, ResultOf(new Accuracy(), labels.unsqueeze(1).to(ScalarType.Float32), yPred));
        Assert.Equal(0.5, ResultOf(new BinaryAccuracy(), labels, yPred));
        Assert.Equal(0.75, ResultOf(new BinaryAccuracy(0.4), labels, yPred));
    }

    [Fact]
    public void Update_EqualOutputs_TakesTheLowestIndex()
    {
        Tensor yPred = torch.tensor(new float[,] { { 0.1f, 0.45f, 0.45f }, { 0.1f, 0.45f, 0.45f } });

        Assert.Equal(0.5, ResultOf(new Accuracy(), torch.tensor(new long[] { 1, 2 }), yPred));
    }

    [Fact]
    public void Update_SeveralBinaryOutputs_AveragesOverThem()
    {
        Tensor yPred = torch.tensor(new float[,] { { 0.9f, 0.1f, 0.8f, 0.2f } });

        Assert.Equal(0.75, ResultOf(new BinaryAccuracy(), torch.tensor(new float[,] { { 1, 0, 0, 0 } }), yPred));
    }

    [Fact]
    public void Update_ImageOfLabels_CountsPixels()
    {
        Tensor yPred = torch.zeros(1, 2, 2, 3);
        yPred.select(-1, 1).FillInPlace(1);

        Assert.Equal(0.25, ResultOf(new Accuracy(), torch.tensor(new long[] { 1, 0, 2, 0 }, [1, 2, 2]), yPred));
    }

    [Fact]
    public void Name_Default_IsKerasKey()
    {
        Assert.Equal("accuracy", new Accuracy().Name);
        Assert.Equal("categorical_accuracy", new CategoricalAccuracy().Name);
        Assert.Equal("sparse_categorical_accuracy", new SparseCategoricalAccuracy().Name);
        Assert.Equal("binary_accuracy", new BinaryAccuracy().Name);
        Assert.Equal("mine", new Accuracy("mine").Name);
        Assert.True(new Accuracy().HigherIsBetter);
    }

    [Fact]
    public void Update_LabelsThatDoNotFit_SaysWhatWould()
    {
        Assert.StartsWith(
            "Accuracy: yTrue must be integer labels of shape (4,), but was (4, 2). For one-hot rows use the shape (4, 3).",
            Assert.Throws<ArgumentException>(() => new Accuracy().Update(torch.zeros(4, 2), _threeOfFour)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "use SparseCategoricalAccuracy",
            Assert.Throws<ArgumentException>(() => new CategoricalAccuracy().Update(_labels, _threeOfFour)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "For one-hot rows use CategoricalAccuracy.",
            Assert.Throws<ArgumentException>(() => new SparseCategoricalAccuracy().Update(OneHot(), _threeOfFour)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "Accuracy: yPred must have the shape (N, classes), but was (4,).",
            Assert.Throws<ArgumentException>(() => new Accuracy().Update(_labels, _labels)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void BinaryAccuracy_ThresholdNotBetweenZeroAndOne_Throws(double threshold)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new BinaryAccuracy(threshold));

        Assert.StartsWith(FormattableString.Invariant($"BinaryAccuracy: threshold must be between 0 and 1, but was {threshold}."), error.Message, StringComparison.Ordinal);
    }

    private static double ResultOf(Metric metric, Tensor yTrue, Tensor yPred)
    {
        metric.Update(yTrue, yPred);
        double result = metric.Result();
        metric.Reset();
        return result;
    }

    private Tensor OneHot() => torch.nn.functional.one_hot(_labels.to(ScalarType.Int64), 3);
}
