using CifarVision.Metrics;

namespace CifarVision.Tests.Metrics;

public class ConfusionMatrixTests
{
    private static readonly NDArray YPred = np.array(new float[,] { { 0.7f, 0.2f, 0.1f }, { 0.6f, 0.3f, 0.1f }, { 0.1f, 0.8f, 0.1f }, { 0.2f, 0.1f, 0.7f }, { 0.4f, 0.4f, 0.2f } });

    [Fact]
    public void Counts_RowsAreTrueAndColumnsPredicted()
    {
        var matrix = new ConfusionMatrix(3);

        matrix.Update(np.array(new[] { 0, 1, 1, 2, 2 }), YPred);

        Assert.Equal(new long[,] { { 1, 0, 0 }, { 1, 1, 0 }, { 1, 0, 1 } }, matrix.Counts());
        Assert.Equal(3.0 / 5, matrix.Accuracy());
        Assert.Equal([1.0 / 3, 1, 1], matrix.Precision());
        Assert.Equal([1, 0.5, 0.5], matrix.Recall());
        Assert.Equal([0.5, 2.0 / 3, 2.0 / 3], matrix.F1());
    }

    [Fact]
    public void Update_LabelsOfAnyForm_AddsUp()
    {
        var matrix = new ConfusionMatrix(3);

        matrix.Update(np.array(new byte[,] { { 0 }, { 1 }, { 1 }, { 2 }, { 2 } }), YPred);
        matrix.Update(np.array(new float[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 1, 0 }, { 0, 0, 1 }, { 0, 0, 1 } }), YPred);

        Assert.Equal(new long[,] { { 2, 0, 0 }, { 2, 2, 0 }, { 2, 0, 2 } }, matrix.Counts());
    }

    [Fact]
    public void Update_OneUnit_TellsTwoClasses()
    {
        NDArray predictions = np.array(new[] { 0.9f, 0.2f, 0.5f, 0.51f }).reshape(4, 1);
        foreach (NDArray truth in new[] { np.array(new[] { 1, 1, 0, 0 }), np.array(new[] { 1f, 1f, 0f, 0f }).reshape(4, 1), np.array(new[,] { { 0, 1 }, { 0, 1 }, { 1, 0 }, { 1, 0 } }) })
        {
            var matrix = new ConfusionMatrix(2);
            matrix.Update(truth, predictions);
            Assert.Equal(new long[,] { { 1, 1 }, { 1, 1 } }, matrix.Counts());
        }

        Assert.Throws<ArgumentException>(() => new ConfusionMatrix(3).Update(np.array(new[] { 1, 1, 0, 0 }), predictions));
    }

    [Fact]
    public void Update_PredictedClasses_AreCounted()
    {
        NDArray predicted = np.array(new[] { 0, 0, 1, 2, 0 });
        foreach (NDArray truth in new[] { np.array(new[] { 0, 1, 1, 2, 2 }), np.array(new long[,] { { 0 }, { 1 }, { 1 }, { 2 }, { 2 } }), np.array(new float[,] { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 1, 0 }, { 0, 0, 1 }, { 0, 0, 1 } }) })
        {
            var matrix = new ConfusionMatrix(3);
            matrix.Update(truth, predicted);
            Assert.Equal(new long[,] { { 1, 0, 0 }, { 1, 1, 0 }, { 1, 0, 1 } }, matrix.Counts());
        }

        var small = new ConfusionMatrix(2);
        small.Update(np.array(new[] { 0, 1 }), np.array(new[] { 0, 2 }));
        Assert.Throws<InvalidOperationException>(small.Counts);
    }

    [Fact]
    public void Figures_OfAnEmptyMatrix_AreZero()
    {
        var matrix = new ConfusionMatrix(2);

        Assert.Equal(new long[2, 2], matrix.Counts());
        Assert.Equal(0, matrix.Accuracy());
        Assert.Equal([0, 0], matrix.Precision());
        Assert.Equal([0, 0], matrix.Recall());
        Assert.Equal([0, 0], matrix.F1());
    }

    [Theory]
    [InlineData(-1, 3, 2)]
    [InlineData(0, 3, 1)]
    [InlineData(-1, 2, 1)]
    public void Counts_LabelsThatAreNoClass_Throws(int second, int fourth, int strange)
    {
        var matrix = new ConfusionMatrix(3);
        matrix.Update(np.array(new[] { 0, second, 1, fourth, 2 }), YPred);

        var error = Assert.Throws<InvalidOperationException>(() => matrix.Counts());

        Assert.StartsWith($"ConfusionMatrix: labels must be from 0 to 2, but {strange} were not.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Update_ThenReset_LeavesNoTensor()
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var matrix = new ConfusionMatrix(3);

        matrix.Update(np.array(new[] { 0, 1, 1, 2, 2 }), YPred);
        matrix.Update(np.array(new[] { 0, 1, 1, 2, 2 }), YPred);
        matrix.Counts();
        Assert.Equal(before + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        matrix.Reset();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Equal(new long[3, 3], matrix.Counts());
    }

    [Fact]
    public void Update_OtherClassCount_Throws()
    {
        var error = Assert.Throws<ArgumentException>(() => new ConfusionMatrix(10).Update(np.array(new[] { 0, 1, 1, 2, 2 }), YPred));

        Assert.StartsWith("ConfusionMatrix: yPred must have the shape (N, 10), or be integer classes (N,), but was (5, 3).", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_OneClass_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix(1));
}
