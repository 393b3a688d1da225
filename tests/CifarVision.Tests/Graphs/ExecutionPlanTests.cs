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

    public static TheoryData<string> Blocks => [.. BlockMakers.Keys];

    private static Dictionary<string, Func<KerasTensor, KerasTensor>> BlockMakers { get; } = new()
    {
        ["conv, norm, relu"] = x => Chain(x, new Conv2D(6, 3), new BatchNormalization(), new ReLU()),
        ["conv of one pixel, norm, relu6"] = x => Chain(x, new Conv2D(6, 1), new BatchNormalization(), new ReLU(maxValue: 6)),
        ["conv of one pixel with strides, norm, relu5"] = x => Chain(x, new Conv2D(6, 1, strides: 2), new BatchNormalization(), new ReLU(maxValue: 5)),
        ["conv in groups without bias, norm without gamma and beta, activation"] = x =>
            Chain(x, new Conv2D(6, 3, groups: 2, useBias: false), new BatchNormalization(center: false, scale: false), new Activation(ActivationFunction.Relu6)),
        ["depthwise with several kernels, norm"] = x => Chain(x, new DepthwiseConv2D(3, depthMultiplier: 2), new BatchNormalization()),
        ["depthwise, norm without beta, tanh"] = x => Chain(x, new DepthwiseConv2D(3, useBias: false), new BatchNormalization(center: false), new Activation(ActivationFunction.Tanh)),
        ["padding at the end, depthwise with strides, norm, relu6"] = x =>
            Chain(x, new ZeroPadding2D(((0, 1), (0, 1))), new DepthwiseConv2D(3, 2, useBias: false), new BatchNormalization(), new ReLU(maxValue: 6)),
        ["padding all around, depthwise with several kernels, norm, relu"] = x =>
            Chain(x, new ZeroPadding2D(((2, 2), (1, 2))), new DepthwiseConv2D((3, 2), 2, depthMultiplier: 2), new BatchNormalization(), new ReLU()),
        ["padding, depthwise, norm"] = x => Chain(x, new ZeroPadding2D(), new DepthwiseConv2D(3), new BatchNormalization()),
        ["padding in front, depthwise, norm, relu"] = x => Chain(x, new ZeroPadding2D(((1, 0), (0, 0))), new DepthwiseConv2D(3), new BatchNormalization(), new ReLU()),
        ["padding, depthwise that pads, norm"] = x => Chain(x, new ZeroPadding2D(((0, 1), (0, 1))), new DepthwiseConv2D(3, padding: Padding.Same), new BatchNormalization()),
        ["padding, depthwise with dilation, norm"] = x => Chain(x, new ZeroPadding2D(((0, 1), (0, 1))), new DepthwiseConv2D(2, dilationRate: 2), new BatchNormalization()),
        ["padding, conv, norm"] = x => Chain(x, new ZeroPadding2D(((0, 1), (0, 1))), new Conv2D(4, 3, 2), new BatchNormalization()),
        ["padding with two consumers"] = x =>
        {
            KerasTensor y = new ZeroPadding2D(((0, 1), (0, 1))).Call(x);
            return new Add().Call(Chain(y, new DepthwiseConv2D(3, padding: Padding.Valid), new BatchNormalization()), new DepthwiseConv2D(3).Call(y));
        },
        ["separable, norm, relu"] = x => Chain(x, new SeparableConv2D(5, 3), new BatchNormalization(), new Activation(ActivationFunction.Relu)),
        ["transposed, norm without gamma, relu"] = x => Chain(x, new Conv2DTranspose(5, 3, 2), new BatchNormalization(scale: false), new ReLU()),
        ["conv relu, norm"] = x => Chain(x, new Conv2D(6, 3, activation: ActivationFunction.Relu), new BatchNormalization()),
        ["conv with two consumers"] = x =>
        {
            KerasTensor y = new Conv2D(4, 1).Call(x);
            return new Add().Call(y, Chain(y, new BatchNormalization(), new ReLU()));
        },
        ["norm with two consumers"] = x =>
        {
            KerasTensor y = Chain(x, new Conv2D(4, 1), new BatchNormalization());
            return new Subtract().Call(y, new ReLU().Call(y));
        },
        ["a layer called twice"] = x =>
        {
            var norm = new BatchNormalization();
            var conv = new Conv2D(4, 3, padding: Padding.Same);
            return Chain(x, conv, norm, new ReLU(), conv, norm, new ReLU(maxValue: 6));
        },
    };

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Forward_BlockInInference_EqualsThePlainPass(string block)
    {
        using var scope = torch.NewDisposeScope();
        using Model model = Block(block);
        Tensor x = LayerContract.Numbers([2, 9, 8, 4], ScalarType.Float64, "x");
        Tensor given = x.clone();
        using var noGrad = torch.no_grad();
        Tensor plain = Plainly(model, x, training: false);

        Near.Relative(ArrayConversion.ToNDArray(plain), model.Forward(x, training: false), 1e-12, block);
        Near.Relative(ArrayConversion.ToNDArray(given), x, 0);
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Forward_BlockInTraining_HasTheGradientsOfThePlainPass(string block)
    {
        using var scope = torch.NewDisposeScope();
        using Model model = Block(block);
        foreach (bool frozen in new[] { false, true })
        {
            foreach (BatchNormalization layer in model.Layers.OfType<BatchNormalization>())
                layer.Trainable = !frozen;
            NDArray[] start = [.. model.GetWeights()];
            (Tensor plain, Tensor[] plainGradients) = RunBackward(model, x => Plainly(model, x, training: true));
            model.SetWeights(start);
            (Tensor planned, Tensor[] plannedGradients) = RunBackward(model, x => model.Forward(x, training: true));

            Near.Relative(ArrayConversion.ToNDArray(plain), planned, 1e-10, block);
            Assert.Equal(plainGradients.Length, plannedGradients.Length);
            for (int i = 0; i < plainGradients.Length; i++)
                Near.Relative(ArrayConversion.ToNDArray(plainGradients[i]), plannedGradients[i], 1e-10, $"{block}, gradient {i}");
        }
    }

    [Fact]
    public void Predict_MixedBFloat16_IsNearFloat32()
    {
        using Model model = Block("conv, norm, relu");
        NDArray x = ArrayConversion.ToNDArray(LayerContract.Numbers([2, 9, 8, 4], ScalarType.Float32, "x"));
        model.Configure(DTypePolicy.Float32, torch.CPU);
        NDArray expected = model.Predict(x);

        model.Configure(DTypePolicy.MixedBFloat16, torch.CPU);

        Near.Relative(expected, model.Predict(x), 0.02, "bfloat16");
    }

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

    // Of an output the layer runs by itself; a last layer leaves the block inside.
    private static Model Block(string name)
    {
        KerasTensor input = Keras.Input((9, 8, 4));
        var model = new Model(input, new GlobalAveragePooling2D().Call(BlockMakers[name](input)));
        OnnxRun.Scatter(model);
        model.Configure(DTypePolicy.Float64, torch.CPU);
        return model;
    }

    private static (Tensor Output, Tensor[] Gradients) RunBackward(Model model, Func<Tensor, Tensor> pass)
    {
        Tensor x = LayerContract.Numbers([2, 9, 8, 4], ScalarType.Float64, "x").requires_grad_();
        Tensor output = pass(x);
        (output * LayerContract.Numbers(output.shape, ScalarType.Float64, "dy")).sum().backward();
        Weight[] weights = [.. model.Weights.Where(weight => weight.Trainable)];
        Tensor[] gradients = [x.grad!, .. weights.Select(weight => weight.Value.grad!)];
        foreach (Weight weight in weights)
            weight.Value.grad = null;
        return (output.detach(), gradients);
    }

    private static KerasTensor Chain(KerasTensor x, params Layer[] layers) => layers.Aggregate(x, (value, layer) => layer.Call(value));

    private static Tensor Plainly(Model model, Tensor x, bool training)
    {
        var values = new Dictionary<KerasTensor, Tensor> { [model.Inputs[0]] = x };
        foreach (Node node in model.Graph.Nodes.Where(node => node.Inputs.Count > 0))
            values[node.Outputs[0]] = node.Layer.Forward([.. node.Inputs.Select(input => values[input])], training)[0];
        return values[model.Outputs[0]];
    }
}
