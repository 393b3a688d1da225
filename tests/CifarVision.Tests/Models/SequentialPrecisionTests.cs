using CifarVision.Benchmarks;
using CifarVision.Callbacks;
using CifarVision.Callbacks.Progress;
using CifarVision.History;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Models;

public class SequentialPrecisionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Compile_Float64_GradientsOfTheWholeModelAreThoseOfDifferences()
    {
        TorchRuntime.SetSeed(2);
        using var model = new Sequential(
            (6, 6, 2),
            new Conv2D(3, 3, activation: ActivationFunction.Relu, kernelRegularizer: new L2(0.01)),
            new MaxPooling2D(2),
            new BatchNormalization(),
            ResidualModel.Create((2, 2, 3), [new Conv2D(3, 3, padding: Padding.Same, activation: ActivationFunction.Tanh)]),
            new Flatten(),
            new Dense(TinyTask.Classes, ActivationFunction.Softmax, biasRegularizer: new L1(0.02)));
        var loss = new CategoricalCrossentropy();
        model.Compile(new SGD(), loss, precision: DTypePolicy.Float64);
        (NDArray images, NDArray labels) = TinyTask.Arrays(4);
        using var scope = torch.NewDisposeScope();
        Tensor x = ArrayConversion.ToTensor(images, torch.CPU).to(ScalarType.Float64);
        Tensor y = ArrayConversion.ToTensor(labels, torch.CPU);

        GradientCheck.Check(moved => Total(moved), x, 1e-6);
        foreach (Weight weight in model.Weights.Where(weight => weight.Trainable))
        {
            Assert.Equal(ScalarType.Float64, weight.Value.dtype);
            // Away from 0, where L1 has a kink.
            using (torch.no_grad())
                weight.Value.AddInPlace(0.01);
            GradientCheck.Check(moved => AtWeight(weight, moved), weight.Value.detach().clone(), 1e-6);
        }

        Tensor Total(Tensor input) => loss.Call(y, model.Forward(input, training: true)).Add(model.RegularizationLoss()!);

        Tensor AtWeight(Weight weight, Tensor moved)
        {
            using (torch.no_grad())
                weight.Value.copy_(moved);
            Tensor value = Total(x);
            if (!torch.is_grad_enabled())
                return value;
            Tensor gradient = Gradients.Of(value, [weight.Value])[0];
            return value.detach().Add(((moved - moved.detach()) * gradient).sum());
        }
    }

    [Theory]
    [InlineData(DTypePolicy.Float64)]
    [InlineData(DTypePolicy.MixedBFloat16)]
    public void Compile_OtherPrecision_TrainsEvaluatesPredictsAndComesBack(DTypePolicy precision)
    {
        TorchRuntime.SetSeed(3);
        (NDArray x, NDArray y) = TinyTask.Arrays(96);
        using Sequential model = TinyTask.Model(dropout: 0.1);
        model.Compile(new Adam(0.01), new CategoricalCrossentropy(), [new Accuracy(), new F1Score()], precision);
        TrainingHistory history = model.Fit(x, y, batchSize: 16, epochs: 10, verbose: 0, validationSplit: 0.25, cancellationToken: Token);
        ScalarType kept = precision == DTypePolicy.Float64 ? ScalarType.Float64 : ScalarType.Float32;

        Assert.All(model.Weights, weight => Assert.Equal(kept, weight.Value.dtype));
        Assert.True(history.History["loss"][^1] < history.History["loss"][0] / 2);
        IReadOnlyDictionary<string, double> figures = model.Evaluate(x, y, verbose: 0);
        NDArray predictions = model.Predict(x);

        model.Compile(new Adam(0.01), new CategoricalCrossentropy(), [new Accuracy(), new F1Score()]);
        double tolerance = precision == DTypePolicy.Float64 ? 1e-5 : 0.05;
        Assert.Equal(model.Evaluate(x, y, verbose: 0)["loss"], figures["loss"], tolerance);
        Near.Absolute(model.Predict(x), predictions.astype(typeof(float)), tolerance);
        Assert.All(model.Weights, weight => Assert.Equal(ScalarType.Float32, weight.Value.dtype));
    }

    [Fact]
    public void Compile_Auto_IsResolvedForAllThatFollows()
    {
        DTypePolicy resolved = BFloat16Support.OfThisProcess.Resolve(DTypePolicy.Auto, torch.CPU);
        (NDArray x, NDArray y) = TinyTask.Arrays(16);
        using Sequential model = TinyTask.Model();
        model.Compile(new SGD(0.1), new CategoricalCrossentropy(), precision: DTypePolicy.Auto, device: torch.CPU);
        DTypePolicy? seen = null;
        string header = "";
        model.Fit(x, y, verbose: 0, callbacks: [new LambdaCallback(onTrainBegin: context => (seen, header) = (context.Precision, RunHeader.Of(context)))]);

        Assert.Equal(resolved, seen);
        Assert.Contains(resolved == DTypePolicy.MixedBFloat16 ? ", mixed_bfloat16, " : ", float32, ", header, StringComparison.Ordinal);
        Assert.DoesNotContain("auto", model.ToJson(), StringComparison.OrdinalIgnoreCase);
        NDArray predictions = model.Predict(x);
        model.Compile(new SGD(0.1), new CategoricalCrossentropy(), precision: resolved, device: torch.CPU);
        Near.Absolute(model.Predict(x), predictions, 0);
    }

    [Fact]
    public void Compile_NoPolicy_ThrowsAndChangesNothing()
    {
        using Sequential model = TinyTask.Model();
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Compile(new SGD(), new CategoricalCrossentropy(), precision: (DTypePolicy)7));

        Assert.Null(model.Optimizer);
    }

    [Fact]
    public void Configure_UnresolvedAutoInsideALayer_Throws()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Dense(3).Configure(DTypePolicy.Auto, torch.CPU));

        Assert.Contains("Dense: the policy of 'dense' must be Float32, MixedBFloat16 or Float64, but was Auto.", error.Message, StringComparison.Ordinal);
    }
}
