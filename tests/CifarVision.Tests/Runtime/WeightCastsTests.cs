using CifarVision.Callbacks;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Runtime;

public class WeightCastsTests
{
    [Fact]
    public void Of_SameFormat_IsTheWeightItself()
    {
        Weight weight = New();
        using var casts = new WeightCasts();
        using var noGrad = torch.no_grad();

        Assert.Same(weight.Value, WeightCasts.Of(weight, ScalarType.Float32));
    }

    [Fact]
    public void Of_Opened_ConvertsOnceAndOutlivesTheStep()
    {
        Weight weight = New();
        Tensor first, second;
        using (new WeightCasts())
        {
            using (torch.no_grad())
            {
                using (torch.NewDisposeScope())
                    first = WeightCasts.Of(weight, ScalarType.BFloat16);
                using (torch.NewDisposeScope())
                    second = WeightCasts.Of(weight, ScalarType.BFloat16);
            }

            Assert.Same(first, second);
            Assert.Equal(ScalarType.BFloat16, first.dtype);
        }

        Assert.True(first.IsInvalid);
    }

    [Fact]
    public void Of_WithGradients_ConvertsAnewAndLetsThemThrough()
    {
        Weight weight = New();
        using var scope = torch.NewDisposeScope();
        using var casts = new WeightCasts();

        Tensor first = WeightCasts.Of(weight, ScalarType.BFloat16);

        Assert.NotSame(first, WeightCasts.Of(weight, ScalarType.BFloat16));
        first.sum().backward();
        Assert.NotNull(weight.Value.grad);
    }

    [Fact]
    public void Of_AfterTheInnerOnesEnd_IsTheOuterOnes()
    {
        Weight weight = New();
        using var noGrad = torch.no_grad();
        using var outer = new WeightCasts();
        Tensor ofOuter = WeightCasts.Of(weight, ScalarType.BFloat16);
        using (new WeightCasts())
            Assert.NotSame(ofOuter, WeightCasts.Of(weight, ScalarType.BFloat16));

        Assert.Same(ofOuter, WeightCasts.Of(weight, ScalarType.BFloat16));
    }

    [Fact]
    public void Of_OnAnotherThread_IsItsOwn()
    {
        Weight weight = New();
        using var noGrad = torch.no_grad();
        using var casts = new WeightCasts();
        Tensor here = WeightCasts.Of(weight, ScalarType.BFloat16);
        Tensor? there = null;
        var thread = new Thread(() =>
        {
            using var noGradThere = torch.no_grad();
            there = WeightCasts.Of(weight, ScalarType.BFloat16);
        });
        thread.Start();
        thread.Join();

        Assert.NotSame(here, there);
        there!.Dispose();
    }

    [Fact]
    public void Predict_MixedBFloat16_SeesTheWeightsOfNow()
    {
        using var model = new Sequential(4, new Dense(8, ActivationFunction.Relu), new Dense(3), new Dense(2));
        model.Compile(new SGD(0.5), new MeanSquaredError(), precision: DTypePolicy.MixedBFloat16);
        NDArray x = Numbers(12, 4);
        NDArray y = Numbers(12, 2);
        NDArray before = model.Predict(x, batchSize: 4);

        model.Fit(x, y, epochs: 2, batchSize: 4, validationSplit: 0.25, verbose: 0);
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        NDArray after = model.Predict(x, batchSize: 4);

        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.NotEqual(before.ToArray<float>(), after.ToArray<float>());
        // Of the same rows as a batch: the order in which a product adds may depend on their number.
        Near.Absolute(model.Call(x["0:4"]), after["0:4"], 0);
    }

    [Fact]
    public void Predict_CallbackChangesAWeight_IsSeenByTheNextBatch()
    {
        using var model = new Sequential(4, new Dense(8, ActivationFunction.Relu), new Dense(2));
        model.Compile(new SGD(), new MeanSquaredError(), precision: DTypePolicy.MixedBFloat16);
        NDArray x = Numbers(8, 4);
        Weight kernel = model.Layers[0].Weights[0];
        var doubling = new DoublesAfterBatch(kernel);

        NDArray outputs = model.Predict(x, batchSize: 4, callbacks: [doubling]);

        Near.Absolute(model.Call(x["4:8"]), outputs["4:8"], 0);
        Assert.NotEqual(model.Call(x["0:4"]).ToArray<float>(), outputs["0:4"].ToArray<float>());
    }

    private static NDArray Numbers(int rows, int columns) => (np.arange(rows * columns).astype(np.float32) / 10f % 1.3f).reshape(rows, columns);

    private static Weight New() => new("kernel", "dense/kernel", torch.rand(3, 4), trainable: true);

    private sealed class DoublesAfterBatch(Weight weight) : Callback
    {
        public override void OnPredictBatchEnd(TrainingContext context, int batch)
        {
            if (batch == 0)
                weight.Assign(weight.ToArray() * 2f);
        }
    }
}
