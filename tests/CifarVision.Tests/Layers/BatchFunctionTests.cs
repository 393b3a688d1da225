using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

/// <summary>Batch normalization in float32 on the CPU against torch's operations in float64.</summary>
public class BatchFunctionTests
{
    private const double Tolerance = 2e-6;

    [Theory]
    [InlineData(9, 1)]
    [InlineData(7, 3)]
    [InlineData(5, 2000)]
    [InlineData(3, 5, 5, 24)]
    [InlineData(4, 16, 16, 20)]
    [InlineData(8, 33, 31, 17)]
    [InlineData(2, 9, 9, 1280)]
    public void Step_AnyShape_EqualsFloat64(params int[] shape)
    {
        using var scope = torch.NewDisposeScope();
        Tensor x = LayerContract.Numbers(Array.ConvertAll(shape, length => (long)length), ScalarType.Float64, "x");

        CompareAll(x, x.to(ScalarType.Float32));
    }

    [Fact]
    public void Step_ManySamplesFarFromZero_EqualsFloat64()
    {
        using var scope = torch.NewDisposeScope();
        // Exact in float32, so that both compute with the same numbers.
        Tensor x = LayerContract.Numbers([64, 40, 40, 8], ScalarType.Float32, "x").Add(300);

        CompareAll(x.to(ScalarType.Float64), x);
    }

    [Fact]
    public void Step_TransposedInput_EqualsFloat64()
    {
        using var scope = torch.NewDisposeScope();
        Tensor x = LayerContract.Numbers([3, 20, 6, 7], ScalarType.Float64, "x").permute(0, 2, 3, 1);

        CompareAll(x, x.to(ScalarType.Float32));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Step_WithoutCenterOrScale_EqualsFloat64(bool center, bool scale)
    {
        using var scope = torch.NewDisposeScope();
        Tensor x = LayerContract.Numbers([6, 4, 4, 5], ScalarType.Float64, "x");

        CompareAll(x, x.to(ScalarType.Float32), center, scale);
    }

    [Fact]
    public void Backward_OfASum_TakesAnExpandedGradient()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new BatchNormalization();
        Tensor x = LayerContract.Numbers([6, 4, 4, 5], ScalarType.Float32, "x").requires_grad_();

        layer.Forward(x, training: true).sum().backward();

        // The outputs of a channel add up to a constant.
        Near.Absolute(np.zeros(new Shape(5), np.float32), ArrayConversion.ToNDArray(layer.Weights[0].Value.grad!), 1e-4);
        Near.Absolute(np.full(new Shape(5), 96f), ArrayConversion.ToNDArray(layer.Weights[1].Value.grad!), 0);
        Assert.True(x.grad!.abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void Backward_RetainedGraph_RepeatsTheGradient()
    {
        using var scope = torch.NewDisposeScope();
        Tensor x = LayerContract.Numbers([6, 4, 4, 5], ScalarType.Float32, "x").requires_grad_();
        Tensor loss = new BatchNormalization().Forward(x, training: true).Square().Square().sum();

        loss.backward(retain_graph: true);
        NDArray first = ArrayConversion.ToNDArray(x.grad!);
        x.grad = null;
        loss.backward();

        Near.Absolute(first, ArrayConversion.ToNDArray(x.grad!), 0);
    }

    [Fact]
    public void Backward_OfAGradient_EqualsFloat64()
    {
        using var scope = torch.NewDisposeScope();
        Tensor x = LayerContract.Numbers([6, 4, 4, 5], ScalarType.Float64, "x");

        Near.Relative(ArrayConversion.ToNDArray(SecondGradient(x)), SecondGradient(x.to(ScalarType.Float32)), 1e-5);

        static Tensor SecondGradient(Tensor x)
        {
            x = x.detach().requires_grad_();
            Tensor loss = Create(x, center: true, scale: true).Forward(x, training: true).Square().Square().sum();
            Tensor gradient = torch.autograd.grad([loss], [x], retain_graph: true, create_graph: true)[0];
            gradient.Square().sum().backward();
            return x.grad!;
        }
    }

    [Fact]
    public void Step_CollectionsAtAnyMoment_RepeatsTheGradients()
    {
        using var scope = torch.NewDisposeScope();
        Tensor x = LayerContract.Numbers([16, 16, 16, 24], ScalarType.Float32, "x");
        NDArray expected = Step();
        using var done = new CancellationTokenSource();
        Task collecting = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });

        for (int i = 0; i < 20; i++)
            Near.Absolute(expected, Step(), 0);
        done.Cancel();
        collecting.Wait();

        NDArray Step()
        {
            // No scope roots the tensors of this one.
            return Task.Run(() =>
            {
                Tensor input = x.detach().requires_grad_();
                new BatchNormalization().Forward(input, training: true).Square().Square().sum().backward();
                return ArrayConversion.ToNDArray(input.grad!);
            }).Result;
        }
    }

    private static void CompareAll(Tensor exact, Tensor rounded, bool center = true, bool scale = true)
    {
        (NDArray[] expected, NDArray[] actual) = (Run(exact, center, scale), Run(rounded, center, scale));
        for (int i = 0; i < expected.Length; i++)
            Near.Relative(expected[i], actual[i], Tolerance, $"result {i}");
    }

    // The output, the moving averages and the gradients.
    private static NDArray[] Run(Tensor x, bool center, bool scale)
    {
        x = x.detach().requires_grad_();
        BatchNormalization layer = Create(x, center, scale);
        Tensor y = layer.Forward(x, training: true);
        (y * LayerContract.Numbers(y.shape, ScalarType.Float32, "dy").to(y.dtype)).sum().backward();
        return [.. new[] { y.detach(), x.grad! }.Concat(layer.Weights.Select(weight => weight.Trainable ? weight.Value.grad! : weight.Value)).Select(tensor => ArrayConversion.ToNDArray(tensor))];
    }

    private static BatchNormalization Create(Tensor x, bool center, bool scale)
    {
        var layer = new BatchNormalization(momentum: 0.5, center: center, scale: scale);
        layer.Configure(x.dtype == ScalarType.Float64 ? DTypePolicy.Float64 : DTypePolicy.Float32, torch.CPU);
        layer.Build(new TensorShape(x.shape[1..]));
        foreach (Weight weight in layer.Weights.Where(weight => weight.Trainable))
            weight.Assign(ArrayConversion.ToNDArray(LayerContract.Numbers([x.shape[^1]], ScalarType.Float32, weight.Name)));
        return layer;
    }
}
