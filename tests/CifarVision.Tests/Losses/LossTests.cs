using CifarVision.Losses;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Losses;

/// <summary>What every loss has from its base.</summary>
public sealed class LossTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();

    public static TheoryData<Loss> All =>
    [
        new CategoricalCrossentropy(),
        new CategoricalCrossentropy(fromLogits: true, labelSmoothing: 0.1),
        new SparseCategoricalCrossentropy(),
        new SparseCategoricalCrossentropy(fromLogits: true),
        new BinaryCrossentropy(),
        new BinaryCrossentropy(fromLogits: true),
        new BinaryFocalCrossentropy(),
        new BinaryFocalCrossentropy(applyClassBalancing: true, fromLogits: true, labelSmoothing: 0.1),
        new CategoricalFocalCrossentropy(),
        new CategoricalFocalCrossentropy(fromLogits: true, labelSmoothing: 0.1),
        new CategoricalFocalCrossentropy(alpha: [0.5, 1, 2]),
        new Huber(0.5),
        new KLDivergence(),
        new MeanSquaredError(),
        new MeanAbsoluteError(),
    ];

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(All))]
    public void Call_Weights_DividesTheWeightedSumByTheBatchSize(Loss loss)
    {
        (Tensor yTrue, Tensor yPred) = Batch(loss);
        Tensor weight = torch.tensor(new float[] { 3, 0, 0.5f, 1 });

        float weighted = loss.Call(yTrue, yPred, weight).item<float>();

        Assert.Equal((loss.SampleLosses(yTrue, yPred) * weight).sum().Divide(4).item<float>(), weighted, 1e-6f);
        Assert.Equal(weighted, loss.Call(yTrue, yPred, weight.unsqueeze(1)).item<float>());
        Assert.Equal(loss.Call(yTrue, yPred).item<float>(), loss.Call(yTrue, yPred, torch.ones(4)).item<float>());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Call_BFloat16_ComputesInFloat32(Loss loss)
    {
        (Tensor yTrue, Tensor yPred) = Batch(loss);
        Tensor half = yPred.to(ScalarType.BFloat16);

        Tensor value = loss.Call(yTrue, half);

        Assert.Equal(ScalarType.Float32, value.dtype);
        Assert.Equal(loss.Call(yTrue, half.to(ScalarType.Float32)).item<float>(), value.item<float>());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Call_Float64_StaysFloat64(Loss loss)
    {
        (Tensor yTrue, Tensor yPred) = Batch(loss);

        Tensor value = loss.Call(yTrue, yPred.to(ScalarType.Float64), torch.ones(4));

        Assert.Equal(ScalarType.Float64, value.dtype);
        Assert.Equal(loss.Call(yTrue, yPred).item<float>(), value.item<double>(), 1e-6);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Call_InAScope_LeavesNoTensor(Loss loss)
    {
        (Tensor yTrue, Tensor yPred) = Batch(loss);
        yPred.requires_grad_();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using (torch.NewDisposeScope())
            loss.Call(yTrue, yPred, torch.ones(4));

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Call_WeightsOfOtherShape_Throws(Loss loss)
    {
        (Tensor yTrue, Tensor yPred) = Batch(loss);

        var error = Assert.Throws<ArgumentException>(() => loss.Call(yTrue, yPred, torch.ones(3)));

        Assert.StartsWith(
            $"{loss.GetType().Name}: sampleWeight must have the shape (4,), one weight for each sample, but was (3,).", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Name_Default_IsKerasName()
    {
        Assert.Equal("categorical_crossentropy", new CategoricalCrossentropy().Name);
        Assert.Equal("sparse_categorical_crossentropy", new SparseCategoricalCrossentropy().Name);
        Assert.Equal("binary_crossentropy", new BinaryCrossentropy().Name);
        Assert.Equal("binary_focal_crossentropy", new BinaryFocalCrossentropy().Name);
        Assert.Equal("categorical_focal_crossentropy", new CategoricalFocalCrossentropy().Name);
        Assert.Equal("huber_loss", new Huber().Name);
        Assert.Equal("kl_divergence", new KLDivergence().Name);
        Assert.Equal("mean_squared_error", new MeanSquaredError().Name);
        Assert.Equal("mean_absolute_error", new MeanAbsoluteError().Name);
        Assert.Equal("own_huber", new OwnHuber().Name);
        Assert.Equal("mine", new MeanSquaredError("mine").Name);
        Assert.Throws<ArgumentException>(() => new MeanSquaredError(" "));
    }

    [Fact]
    public void PerSample_OfAUser_IsAveragedOverOutputsAndBatch()
    {
        Tensor yPred = torch.tensor(new float[,] { { 0.5f, 3 }, { 0, 0 } }).requires_grad_();

        Tensor loss = new OwnHuber().Call(torch.zeros(2, 2), yPred);
        loss.backward();

        Assert.Equal((0.125f + 2.5f) / 4, loss.item<float>(), 1e-7f);
        Near.Absolute(np.array(new float[,] { { 0.125f, 0.25f }, { 0, 0 } }), ArrayConversion.ToNDArray(yPred.grad!), 1e-7);
    }

    [Fact]
    public void PerSample_ThatAveragesOverTheBatch_IsAnError()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new Averaging().Call(torch.zeros(2, 2), torch.zeros(2, 2)));

        Assert.Equal("Averaging: PerSample must return a value for each sample, (2,), but was (). Do not average over the batch.", error.Message);
    }

    private static (Tensor YTrue, Tensor YPred) Batch(Loss loss)
    {
        Tensor yPred = TorchMath.Arange(12, ScalarType.Float32, torch.CPU).reshape(4, 3).sin().abs().Multiply(0.9).Add(0.05);
        Tensor labels = torch.tensor(new long[] { 0, 2, 1, 1 });
        return (loss.WantsOneHot ? torch.nn.functional.one_hot(labels, 3) : labels, yPred);
    }

    #region own-loss
    private sealed class OwnHuber : Loss
    {
        protected override Tensor PerSample(Tensor yTrue, Tensor yPred) =>
            torch.nn.functional.huber_loss(yPred, yTrue, reduction: torch.nn.Reduction.None);
    }
    #endregion

    private sealed class Averaging : Loss
    {
        protected override Tensor PerSample(Tensor yTrue, Tensor yPred) => (yTrue - yPred).mean();
    }
}
