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
    public void Losses_AlreadyOnLogits_IsLeftAlone()
    {
        using var model = new Sequential((9, 9, 2), new Flatten(), new Dense(3));
        var loss = new CategoricalCrossentropy(fromLogits: true);

        Assert.Same(loss, new ExecutionPlan(model.Graph, [loss]).Losses[0]);
    }

    // Many equal values, so that windows have ties.
    private static Tensor Input() => (torch.arange(3 * 9 * 9 * 2) % 7 - 3).to(ScalarType.Float32).reshape(3, 9, 9, 2);

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
        Tensor weighted = (output * torch.arange(output.numel()).reshape(output.shape).to(ScalarType.Float32)).sum();
        Tensor[] inputs = [x, .. model.Weights.Select(weight => weight.Value)];
        return (output, [.. torch.autograd.grad([weighted], inputs)]);
    }
}
