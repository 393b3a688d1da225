using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Models;

/// <summary>Every plan against the plain pass, layer by layer: outputs and gradients.</summary>
public class ForwardPlanTests
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
        Layer[] layers = Build(Makers[stack]());
        using var scope = torch.NewDisposeScope();
        Tensor input = Input();
        (Tensor plain, Tensor[] plainGradients) = Run(layers, input, x => layers.Aggregate(x, (value, layer) => layer.Forward(value, training: true)));
        (Tensor planned, Tensor[] plannedGradients) = Run(layers, input, x => new ForwardPlan(layers, new CategoricalCrossentropy()).Forward(x, training: true));

        Near.Relative(ArrayConversion.ToNDArray(plain), planned, 1e-6, stack);
        for (int i = 0; i < plainGradients.Length; i++)
            Near.Relative(ArrayConversion.ToNDArray(plainGradients[i]), plannedGradients[i], 2e-6, $"{stack}, gradient {i}");
    }

    [Fact]
    public void Loss_SoftmaxBeforeCrossentropyOnProbabilities_TakesLogits()
    {
        Layer[] layers = Build([new Flatten(), new Dense(3, ActivationFunction.Softmax)]);
        var plan = new ForwardPlan(layers, new CategoricalCrossentropy());
        using var scope = torch.NewDisposeScope();
        Tensor logits = plan.RawForward(Input(), training: false);

        Assert.NotEqual(1, logits.sum(-1).mean().item<float>(), 1e-3);
        Assert.Equal(1, plan.Finish(logits).sum(-1).mean().item<float>(), 1e-6);
        Assert.True(Assert.IsType<CategoricalCrossentropy>(plan.Loss).FromLogits);
    }

    [Fact]
    public void Loss_AlreadyOnLogits_IsLeftAlone()
    {
        var loss = new CategoricalCrossentropy(fromLogits: true);

        Assert.Same(loss, new ForwardPlan(Build([new Flatten(), new Dense(3)]), loss).Loss);
    }

    private static Layer[] Build(Layer[] layers)
    {
        TensorShape shape = (9, 9, 2);
        foreach (Layer layer in layers)
        {
            layer.Build(shape);
            shape = layer.OutputShape;
        }

        return layers;
    }

    // Many equal values, so that windows have ties.
    private static Tensor Input() => (torch.arange(3 * 9 * 9 * 2) % 7 - 3).to(ScalarType.Float32).reshape(3, 9, 9, 2);

    private static (Tensor Output, Tensor[] Gradients) Run(Layer[] layers, Tensor input, Func<Tensor, Tensor> pass)
    {
        Tensor x = input.clone().requires_grad_();
        Tensor output = pass(x);
        Tensor weighted = (output * torch.arange(output.numel()).reshape(output.shape).to(ScalarType.Float32)).sum();
        Tensor[] inputs = [x, .. layers.SelectMany(layer => layer.Weights).Select(weight => weight.Value)];
        return (output, [.. torch.autograd.grad([weighted], inputs)]);
    }
}
