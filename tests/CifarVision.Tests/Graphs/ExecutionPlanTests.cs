using CifarVision.Benchmarks;
using CifarVision.Graphs;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Graphs;

/// <summary>Every plan against the plain pass, layer by layer: outputs and gradients.</summary>
public class ExecutionPlanTests
{
    public static TheoryData<string> Stacks => [.. Makers.Keys];

    private static Dictionary<string, Func<Layer[]>> Makers { get; } = new()
    {
        ["conv relu, pool 2"] = () => [new Conv2D(4, 3, activation: ActivationFunction.Relu), new MaxPooling2D(2)],
        ["conv relu, pool 3 stride 2 same"] = () => [new Conv2D(4, 3, activation: ActivationFunction.Relu), new MaxPooling2D(3, strides: 2, padding: Padding.Same)],
        ["conv tanh, pool"] = () => [new Conv2D(4, 3, activation: ActivationFunction.Tanh), new MaxPooling2D(2)],
        ["conv relu last"] = () => [new MaxPooling2D(2), new Conv2D(4, 3, activation: ActivationFunction.Relu)],
        ["two convs, pool, softmax"] = () =>
        [
            new Conv2D(4, 3, activation: ActivationFunction.Relu), new Conv2D(5, 1, activation: ActivationFunction.Relu), new MaxPooling2D(2),
            new Flatten(), new Dense(3, ActivationFunction.Softmax),
        ],
        ["softmax as a layer"] = () => [new Flatten(), new Dense(3), new Activation(ActivationFunction.Softmax)],
        ["softmax in the middle"] = () => [new Flatten(), new Dense(6, ActivationFunction.Softmax), new Dense(3)],
    };

    [Theory]
    [MemberData(nameof(Stacks))]
    public void Forward_EveryStack_EqualsThePlainPass(string stack)
    {
        using var model = new Sequential((9, 9, 2), Makers[stack]());
        using var scope = torch.NewDisposeScope();
        (Tensor plain, Tensor[] plainGradients) = Run(model, x => model.Layers.Aggregate(x, (value, layer) => layer.Forward(value, training: true)));
        var plan = new ExecutionPlan(model.Graph, [new CategoricalCrossentropy()]);
        (Tensor planned, Tensor[] plannedGradients) = Run(model, x => plan.Forward([x], training: true)[0]);

        Near.Relative(ArrayConversion.ToNDArray(plain), planned, 1e-6, stack);
        for (int i = 0; i < plainGradients.Length; i++)
            Near.Relative(ArrayConversion.ToNDArray(plainGradients[i]), plannedGradients[i], 2e-6, $"{stack}, gradient {i}");
    }

    [Fact]
    public void Losses_SoftmaxBeforeCrossentropyOnProbabilities_TakesLogits()
    {
        using var model = new Sequential((9, 9, 2), new Flatten(), new Dense(3, ActivationFunction.Softmax));

        AssertTakesLogits(model, new CategoricalCrossentropy());
    }

    [Fact]
    public void Losses_NestedModelEndingInSoftmax_TakesLogits()
    {
        KerasTensor inner = Keras.Input((9, 9, 2));
        var head = new Model(inner, new Dense(3, ActivationFunction.Softmax).Call(new Flatten().Call(inner)), "head");
        KerasTensor x = Keras.Input((9, 9, 2));
        using var model = new Model(x, new Sequential(head).Call(x));

        AssertTakesLogits(model, new CategoricalCrossentropy());
    }

    [Fact]
    public void Losses_SigmoidBeforeBinaryCrossentropy_TakesLogits()
    {
        using var model = new Sequential((9, 9, 2), new Flatten(), new Dense(3, ActivationFunction.Sigmoid));
        var plan = new ExecutionPlan(model.Graph, [new BinaryCrossentropy(labelSmoothing: 0.1)]);
        using var scope = torch.NewDisposeScope();
        Tensor logits = plan.RawForward([Input()], training: false)[0];

        Near.Relative(ArrayConversion.ToNDArray(model.Forward(Input(), training: false)), plan.Finish(logits, 0), 1e-6);
        Assert.True(logits.min().item<float>() < 0);
        Assert.True(Assert.IsType<BinaryCrossentropy>(plan.Losses[0]).FromLogits);
    }

    [Theory]
    [InlineData(ActivationFunction.Sigmoid, false)]
    [InlineData(ActivationFunction.Softmax, true)]
    public void Losses_ActivationOfAnotherLoss_IsNotSplitOff(ActivationFunction activation, bool isBinary)
    {
        using var model = new Sequential((9, 9, 2), new Flatten(), new Dense(3, activation));
        Loss loss = isBinary ? new BinaryCrossentropy() : new CategoricalCrossentropy();

        Assert.Same(loss, new ExecutionPlan(model.Graph, [loss]).Losses[0]);
    }

    [Fact]
    public void Losses_ProbabilitiesUsedElsewhereToo_AreNotSplitOff()
    {
        KerasTensor x = Keras.Input((9, 9, 2));
        KerasTensor probabilities = new Dense(3, ActivationFunction.Softmax).Call(new Flatten().Call(x));
        using var model = new Model([x], [probabilities, new Dense(1).Call(probabilities)]);
        var loss = new CategoricalCrossentropy();

        Assert.Equal([loss, null], new ExecutionPlan(model.Graph, [loss, null]).Losses);
    }

    [Fact]
    public void Losses_SecondOfTwoOutputs_IsSplitOffAlone()
    {
        KerasTensor x = Keras.Input((9, 9, 2));
        KerasTensor flat = new Flatten().Call(x);
        using var model = new Model([x], [new Dense(2).Call(flat), new Dense(3, ActivationFunction.Softmax).Call(flat)]);
        var plan = new ExecutionPlan(model.Graph, [new MeanSquaredError(), new CategoricalCrossentropy()]);
        using var scope = torch.NewDisposeScope();

        Tensor[] raw = plan.RawForward([Input()], training: false);

        IReadOnlyList<Tensor> outputs = model.Forward([Input()], training: false);
        Near.Relative(ArrayConversion.ToNDArray(outputs[0]), raw[0], 1e-6);
        Near.Relative(ArrayConversion.ToNDArray(outputs[1]), plan.Finish(raw[1], 1), 1e-6);
        Assert.True(Assert.IsType<CategoricalCrossentropy>(plan.Losses[1]).FromLogits);
    }

    [Fact]
    public void Forward_ConvolutionWithTwoConsumers_KeepsItsReluForBoth()
    {
        KerasTensor x = Keras.Input((9, 9, 2));
        KerasTensor y = new Conv2D(4, 3, activation: ActivationFunction.Relu).Call(x);
        using var model = new Model([x], [new MaxPooling2D(2).Call(y), y]);
        using var scope = torch.NewDisposeScope();

        IReadOnlyList<Tensor> outputs = model.Forward([Input()], training: false);

        Tensor convolved = model.GetLayer("conv2d").Forward(Input(), training: false);
        Near.Relative(ArrayConversion.ToNDArray(convolved), outputs[1], 1e-6);
        Near.Relative(ArrayConversion.ToNDArray(model.GetLayer("max_pooling2d").Forward(convolved, training: false)), outputs[0], 1e-6);
        Assert.Equal(0, outputs[1].min().item<float>());
    }

    [Fact]
    public void Losses_AlreadyOnLogits_IsLeftAlone()
    {
        using var model = new Sequential((9, 9, 2), new Flatten(), new Dense(3));
        var loss = new CategoricalCrossentropy(fromLogits: true);

        Assert.Same(loss, new ExecutionPlan(model.Graph, [loss]).Losses[0]);
    }

    // Many equal values, so that windows have ties.
    private static Tensor Input() => TorchMath.Arange(3 * 9 * 9 * 2, ScalarType.Float32, torch.CPU).Remainder(7).Subtract(3).reshape(3, 9, 9, 2);

    private static void AssertTakesLogits(Model model, Loss loss)
    {
        var plan = new ExecutionPlan(model.Graph, [loss]);
        using var scope = torch.NewDisposeScope();
        Tensor logits = plan.RawForward([Input()], training: false)[0];

        Assert.NotEqual(1, logits.sum(-1).mean().item<float>(), 1e-3);
        Assert.Equal(1, plan.Finish(logits, 0).sum(-1).mean().item<float>(), 1e-6);
        Assert.True(Assert.IsType<CategoricalCrossentropy>(plan.Losses[0]).FromLogits);
    }

    private static (Tensor Output, Tensor[] Gradients) Run(Model model, Func<Tensor, Tensor> pass)
    {
        Tensor x = Input().requires_grad_();
        Tensor output = pass(x);
        Tensor weighted = (output * TorchMath.Arange(output.numel(), ScalarType.Float32, torch.CPU).reshape(output.shape)).sum();
        Tensor[] inputs = [x, .. model.Weights.Select(weight => weight.Value)];
        return (output, Gradients.Of(weighted, inputs));
    }
}
