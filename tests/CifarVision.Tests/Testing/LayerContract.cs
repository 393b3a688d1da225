using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using CifarVision.Benchmarks;
using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Tests.Testing;

/// <summary>What every layer must keep, whatever it computes. Each layer's tests start with it.</summary>
public static class LayerContract
{
    private const int Batch = 3;

    /// <summary>
    /// Shapes, weights, config, the same output after a rebuild, gradients, determinism, disposal and device; that the gradients are those of finite
    /// differences in float64, and that a step in float32 and in mixed_bfloat16 stays near that in float64.
    /// </summary>
    /// <param name="create">Makes the layer, equal each time; a seeded one if it draws random numbers.</param>
    /// <param name="inputShape">A small sample's shape.</param>
    /// <param name="weights">The names of its weights in Keras' order. Default none.</param>
    /// <param name="customs">What rebuilds it where LayerFactory does not know it.</param>
    public static void Check(
        Func<Layer> create,
        TensorShape inputShape,
        string[]? weights = null,
        CustomObject[]? customs = null)
    {
        using var scope = torch.NewDisposeScope();
        Layer layer = Built(create, inputShape, DTypePolicy.Float32);
        Assert.Equal(weights ?? [], layer.Weights.Select(weight => weight.Name));
        CheckShapes(create, inputShape);
        CheckRebuilding(layer, inputShape, customs);
        CheckInference(layer, inputShape);
        CheckGradientsReachWeights(layer, inputShape);
        CheckNothingLeaks(create, inputShape);
        CheckDevice(create, inputShape);
        CheckPrecision(create, inputShape);
        CheckGradients(create, inputShape, training: false);
        CheckGradients(create, inputShape, training: true);
    }

    /// <summary>Numbers from -1 to 1, the same for the same name.</summary>
    public static Tensor Numbers(long[] shape, ScalarType type, string name)
    {
        var values = new float[shape.Aggregate(1L, (product, dim) => product * dim)];
        new RandomStream(1, name).NextUniform(values, -1, 1);
        return torch.tensor(values, shape).to(type);
    }

    private static void CheckShapes(Func<Layer> create, TensorShape inputShape)
    {
        Layer layer = create();
        TensorShape promised = layer.ComputeOutputShape(inputShape);
        Assert.Equal(layer is InputLayer, layer.IsBuilt);
        foreach (bool training in new[] { false, true })
        {
            Tensor y = layer.Forward(Numbers(inputShape.WithBatch(Batch), ScalarType.Float32, "x"), training);
            Assert.Equal(promised.WithBatch(Batch), y.shape);
        }

        Assert.Equal((inputShape, promised), (layer.InputShape, layer.OutputShape));
    }

    private static void CheckRebuilding(Layer layer, TensorShape inputShape, CustomObject[]? customs)
    {
        JsonObject envelope = JsonNode.Parse(layer.ToKeras().ToJsonString())!.AsObject();
        Layer rebuilt = LayerFactory.FromEnvelope(envelope, new CustomObjects(customs ?? []));
        Assert.Equal(layer.GetConfig().ToJsonString(), rebuilt.GetConfig().ToJsonString());
        rebuilt.Build(inputShape);
        rebuilt.SetWeights(layer.GetWeights());
        Tensor x = Numbers(inputShape.WithBatch(Batch), ScalarType.Float32, "x");
        Assert.True(layer.Forward(x, training: false).equal(rebuilt.Forward(x, training: false)).all().item<bool>(), "The rebuilt layer computes something else.");
    }

    private static void CheckInference(Layer layer, TensorShape inputShape)
    {
        Tensor x = Numbers(inputShape.WithBatch(Batch), ScalarType.Float32, "x");
        Tensor before = x.clone();
        IReadOnlyList<NDArray> weights = layer.GetWeights();
        Tensor y = layer.Forward(x, training: false);
        Assert.True(y.equal(layer.Forward(x, training: false)).all().item<bool>(), "Inference is not deterministic.");
        Assert.True(x.equal(before).all().item<bool>(), "The layer changed its input.");
        foreach ((NDArray was, Weight weight) in weights.Zip(layer.Weights))
            Near.Absolute(was, weight.ToArray(), 0, weight.Path);
    }

    private static void CheckGradientsReachWeights(Layer layer, TensorShape inputShape)
    {
        Tensor y = layer.Forward(Numbers(inputShape.WithBatch(Batch), ScalarType.Float32, "x").requires_grad_(), training: true);
        Sum(y).backward();
        foreach (Weight weight in layer.Weights)
        {
            Assert.Equal(weight.Trainable, weight.Value.grad is not null);
            if (!weight.Trainable)
                continue;
            Assert.Equal(weight.Value.shape, weight.Value.grad!.shape);
            Assert.True(weight.Value.grad!.count_nonzero().item<long>() > 0, $"The gradient of {weight.Path} is zero.");
            weight.Value.grad = null;
        }
    }

    private static void CheckNothingLeaks(Func<Layer> create, TensorShape inputShape)
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Layer layer = create();
        layer.Build(inputShape);
        Assert.Equal(before + layer.Weights.Count, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        foreach (bool training in new[] { false, true })
        {
            using (torch.NewDisposeScope())
                Sum(layer.Forward(Numbers(inputShape.WithBatch(Batch), ScalarType.Float32, "x").requires_grad_(), training)).backward();
            Assert.Equal(before + layer.Weights.Count, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }
    }

    /// <summary>
    /// Meta tensors have shapes and no values, and refuse to meet those of another device: a stand-in for a GPU, as far as torch has it. An
    /// operation it lacks has at least been given what it wants.
    /// </summary>
    private static void CheckDevice(Func<Layer> create, TensorShape inputShape)
    {
        Layer layer = create();
        layer.Configure(DTypePolicy.Float32, torch.META);
        layer.Build(inputShape);
        Assert.All(layer.Weights, weight => Assert.Equal(DeviceType.META, weight.Value.device_type));
        foreach (bool training in new[] { false, true })
        {
            Tensor x = torch.zeros(inputShape.WithBatch(Batch), device: torch.META).requires_grad_();
            try
            {
                Tensor y = layer.Forward(x, training);
                Assert.Equal((DeviceType.META, layer.OutputShape), (y.device_type, y.shape[1..]));
                y.sum().backward();
            }
            catch (ExternalException error) when (new[] { "Meta kernel registered", "convolution_overrideable" }.Any(lack => error.Message.Contains(lack, StringComparison.Ordinal)))
            {
            }
        }
    }

    /// <summary>One training step in each policy: float32 near float64, mixed_bfloat16 near it in its three digits, weights always as wide as they should be.</summary>
    private static void CheckPrecision(Func<Layer> create, TensorShape inputShape)
    {
        Dictionary<string, Tensor> exact = Step(create, inputShape, DTypePolicy.Float64);
        foreach ((string name, Tensor value) in Step(create, inputShape, DTypePolicy.Float32))
            Near.Relative(ArrayConversion.ToNDArray(exact[name]), value, 1e-5, $"float32 {name}");
        foreach ((string name, Tensor value) in Step(create, inputShape, DTypePolicy.MixedBFloat16))
        {
            Near.Relative(ArrayConversion.ToNDArray(exact[name]), value, name == "y" ? 0.02 : 0.05, $"mixed_bfloat16 {name}");
            Assert.True(name == "y" || value.dtype == ScalarType.Float32, $"mixed_bfloat16: the gradient {name} must be float32, but was {value.dtype}.");
        }
    }

    private static Dictionary<string, Tensor> Step(Func<Layer> create, TensorShape inputShape, DTypePolicy policy)
    {
        Layer layer = Built(create, inputShape, policy);
        ScalarType weightType = policy == DTypePolicy.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        Assert.All(layer.Weights, weight => Assert.Equal(weightType, weight.Value.dtype));
        Tensor x = Numbers(inputShape.WithBatch(Batch), weightType, "x").requires_grad_();
        Tensor y = Fresh(layer).Forward(x, training: true);
        Sum(y).backward();
        var results = new Dictionary<string, Tensor> { ["y"] = y.detach(), ["x"] = x.grad! };
        foreach (Weight weight in layer.Weights.Where(weight => weight.Trainable))
            results[weight.Path] = weight.Value.grad!;
        return results;
    }

    private static void CheckGradients(Func<Layer> create, TensorShape inputShape, bool training)
    {
        Layer layer = Built(create, inputShape, DTypePolicy.Float64);
        Tensor x = Numbers(inputShape.WithBatch(Batch), ScalarType.Float64, "x");
        GradientCheck.Check(moved => Sum(Fresh(layer).Forward(moved, training)), x, 1e-7);
        foreach (Weight weight in layer.Weights.Where(weight => weight.Trainable))
        {
            Tensor start = weight.Value.detach().clone();
            GradientCheck.Check(moved => SumAt(weight, moved), start, 1e-7);
        }

        // A function of a point that is copied into the weight: its value is the sum, its gradient that of the weight.
        Tensor SumAt(Weight weight, Tensor moved)
        {
            using (torch.no_grad())
                weight.Value.copy_(moved);
            Tensor sum = Sum(Fresh(layer).Forward(x, training));
            if (!torch.is_grad_enabled())
                return sum;
            Tensor gradient = Gradients.Of(sum, [weight.Value])[0];
            return sum.detach().Add(((moved - moved.detach()) * gradient).sum());
        }
    }

    /// <summary>A built layer with weights that differ from each other, positive as a variance must be.</summary>
    private static Layer Built(Func<Layer> create, TensorShape inputShape, DTypePolicy policy)
    {
        Layer layer = create();
        layer.Configure(policy, torch.CPU);
        layer.Build(inputShape);
        using var noGrad = torch.no_grad();
        foreach (Weight weight in layer.Weights)
            weight.Value.copy_(Numbers(weight.Value.shape, ScalarType.Float64, weight.Name).Multiply(0.5).Add(0.75));
        return layer;
    }

    /// <summary>The layer with its random numbers from the start, so that two calls draw the same.</summary>
    private static Layer Fresh(Layer layer)
    {
        if (layer.RandomPlace is { } place)
            layer.RandomPlace = place with { Counter = 0 };
        return layer;
    }

    private static Tensor Sum(Tensor y) => (y * Numbers(y.shape, y.dtype, "dy")).sum();
}
