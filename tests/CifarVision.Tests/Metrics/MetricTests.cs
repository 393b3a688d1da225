using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Runtime;

namespace CifarVision.Tests.Metrics;

/// <summary>What every metric promises: no tensor left behind, a state that goes on bit for bit, weights.</summary>
public sealed class MetricTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();
    private readonly Tensor _yPred = torch.softmax(TorchMath.Arange(32, ScalarType.Float32, torch.CPU).reshape(8, 4).sin().Multiply(3.0), -1);
    private readonly Tensor _labels = torch.tensor(new long[] { 0, 1, 2, 3, 3, 1, 0, 0 });
    private readonly Tensor _oneHot = torch.nn.functional.one_hot(torch.tensor(new long[] { 0, 1, 2, 3, 3, 1, 0, 0 }), 4);

    public static TheoryData<Metric> All =>
    [
        new Accuracy(),
        new CategoricalAccuracy(),
        new SparseCategoricalAccuracy(),
        new BinaryAccuracy(),
        new TopKCategoricalAccuracy(2),
        new SparseTopKCategoricalAccuracy(2),
        new MeanLoss(new CategoricalCrossentropy()),
        new Precision(),
        new Recall(average: Averaging.Macro),
        new F1Score(Averaging.Weighted),
    ];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(All))]
    public void Update_ManyTimes_LeavesOnlyTheTotals(Metric metric)
    {
        Tensor weight = torch.ones(8);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        metric.Update(Truth(metric), _yPred);
        long afterOne = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (int i = 0; i < 3; i++)
        {
            metric.Update(Truth(metric), _yPred, weight);
            metric.Result();
            metric.GetState();
        }

        Assert.Equal(afterOne, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        metric.Reset();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Update_InsideAScope_OutlivesIt(Metric metric)
    {
        using (torch.NewDisposeScope())
            metric.Update(Truth(metric), _yPred);

        Assert.InRange(metric.Result(), 1e-3, 10);
        metric.Reset();
        Assert.Equal(0, metric.Result());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Update_WithAGradient_RecordsNone(Metric metric)
    {
        Tensor output = _yPred.clone().requires_grad_();

        metric.Update(Truth(metric), output.clone());
        metric.Update(Truth(metric), output.clone());

        Assert.InRange(metric.Result(), 1e-3, 10);
        metric.Reset();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void SetState_OfAnother_GoesOnBitForBit(Metric metric)
    {
        Metric other = MetricFactory.FromEnvelope(metric.ToKeras());
        metric.Update(Truth(metric), _yPred, torch.linspace(0.1, 1, 8));
        other.SetState(metric.GetState());

        Assert.Equal(metric.Result(), other.Result());
        metric.Update(Truth(metric), _yPred.flip(0));
        other.Update(Truth(metric), _yPred.flip(0));
        Assert.Equal(metric.Result(), other.Result());

        metric.Reset();
        Assert.Empty(metric.GetState());
        other.SetState(metric.GetState());
        Assert.Equal(0, other.Result());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void SetState_OfAnotherKind_IsAnErrorAndChangesNothing(Metric metric)
    {
        metric.Update(Truth(metric), _yPred);
        double result = metric.Result();

        var error = Assert.Throws<ArgumentException>(() => metric.SetState(new Dictionary<string, NDArray> { ["sum"] = np.zeros(1) }));

        Assert.StartsWith($"{metric.GetType().Name}: state must hold ", error.Message, StringComparison.Ordinal);
        Assert.Equal(result, metric.Result());
        metric.Reset();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Update_WeightsOfZero_LeaveSamplesOut(Metric metric)
    {
        metric.Update(Truth(metric).narrow(0, 0, 5), _yPred.narrow(0, 0, 5));
        double firstFive = metric.Result();
        metric.Reset();

        metric.Update(Truth(metric), _yPred, torch.tensor(new float[] { 1, 1, 1, 1, 1, 0, 0, 0 }));

        Assert.Equal(firstFive, metric.Result(), 1e-6);
        metric.Reset();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Update_AllWeightsZero_GivesZero(Metric metric)
    {
        metric.Update(Truth(metric), _yPred, torch.zeros(8));

        Assert.Equal(0, metric.Result());
        metric.Reset();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Update_WeightsOfOtherShape_Throws(Metric metric)
    {
        var error = Assert.Throws<ArgumentException>(() => metric.Update(Truth(metric), _yPred, torch.ones(8, 4)));

        Assert.StartsWith($"{metric.GetType().Name}: sampleWeight must have the shape (8,), one weight for each sample, but was (8, 4).", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Result_BatchesOfDifferentSizes_WeighsByThem()
    {
        var metric = new MeanLoss(new MeanSquaredError());

        metric.Update(torch.zeros(3, 1), torch.tensor([2f, 2, 2]).reshape(3, 1));
        metric.Update(torch.zeros(1, 1), torch.tensor([4f]).reshape(1, 1));

        Assert.Equal(((3 * 4) + 16) / 4.0, metric.Result());
        metric.Reset();
    }

    [Fact]
    public void MeanMetric_OfAUser_IsAveraged()
    {
        var metric = new LargestOutput();

        metric.Update(_labels, torch.tensor(new float[,] { { 0.5f, 0.25f }, { 1, 0 } }));

        Assert.Equal(0.75, metric.Result());
        metric.Reset();
    }

    [Fact]
    public void SetState_OfAUsersMetricWithoutState_ResetsOrThrows()
    {
        var metric = new CallCount();
        metric.Update(_labels, _yPred);

        Assert.Empty(metric.GetState());
        metric.SetState(metric.GetState());

        Assert.Equal(0, metric.Result());
        var error = Assert.Throws<ArgumentException>(() => metric.SetState(new Dictionary<string, NDArray> { ["calls"] = np.zeros(1) }));
        Assert.StartsWith("CallCount: state must be empty, but was calls. Override SetState together with GetState.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MeanLoss_IsNamedLikeItsLossAndLowerIsBetter()
    {
        var metric = new MeanLoss(new CategoricalCrossentropy());

        Assert.Equal("categorical_crossentropy", metric.Name);
        Assert.Equal("mine", new MeanLoss(new CategoricalCrossentropy(), "mine").Name);
        Assert.False(metric.HigherIsBetter);
    }

    private Tensor Truth(Metric metric) => metric is SparseCategoricalAccuracy or SparseTopKCategoricalAccuracy ? _labels : _oneHot;

    #region own-metric
    private sealed class LargestOutput() : MeanMetric("largest_output")
    {
        protected override Tensor PerSample(Tensor yTrue, Tensor yPred) => yPred.amax([-1]);
    }
    #endregion

    private sealed class CallCount() : Metric("calls")
    {
        private int _calls;

        public override void Update(Tensor yTrue, Tensor yPred, Tensor? sampleWeight = null) => _calls++;

        public override double Result() => _calls;

        public override void Reset() => _calls = 0;
    }
}
