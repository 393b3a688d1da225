using CifarVision.Metrics;

namespace CifarVision.Tests.Metrics;

/// <summary>TopKCategoricalAccuracy and SparseTopKCategoricalAccuracy.</summary>
public sealed class TopKCategoricalAccuracyTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();
    private readonly Tensor _yPred = torch.tensor(new float[,] { { 0.1f, 0.2f, 0.3f, 0.4f }, { 0.3f, 0.3f, 0.3f, 0.1f }, { 0.7f, 0.1f, 0.15f, 0.05f } });
    private readonly Tensor _labels = torch.tensor(new[] { 2, 2, 3 });

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(1, 1)] // the second sample's label equals the largest output
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    public void Update_LabelAmongTheKLargest_Counts(int k, int hits)
    {
        var oneHot = new TopKCategoricalAccuracy(k);
        var sparse = new SparseTopKCategoricalAccuracy(k);

        oneHot.Update(torch.nn.functional.one_hot(_labels.to(ScalarType.Int64), 4), _yPred);
        sparse.Update(_labels.unsqueeze(1), _yPred);

        Assert.Equal(hits / 3f, oneHot.Result());
        Assert.Equal(hits / 3f, sparse.Result());
    }

    [Fact]
    public void Constructor_Default_TakesFive()
    {
        Assert.Equal((5, "top_k_categorical_accuracy"), (new TopKCategoricalAccuracy().K, new TopKCategoricalAccuracy().Name));
        Assert.Equal((5, "sparse_top_k_categorical_accuracy"), (new SparseTopKCategoricalAccuracy().K, new SparseTopKCategoricalAccuracy().Name));
    }

    [Fact]
    public void Constructor_KUnderOne_Throws()
    {
        Assert.StartsWith(
            "TopKCategoricalAccuracy: k must be at least 1, but was 0.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new TopKCategoricalAccuracy(0)).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "SparseTopKCategoricalAccuracy: k must be at least 1, but was -1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new SparseTopKCategoricalAccuracy(-1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Update_FewerClassesThanK_Throws()
    {
        var error = Assert.Throws<ArgumentException>(() => new SparseTopKCategoricalAccuracy().Update(_labels, _yPred));

        Assert.StartsWith("SparseTopKCategoricalAccuracy: k must be at most the number of classes, but was 5 with yPred (3, 4).", error.Message, StringComparison.Ordinal);
    }
}
