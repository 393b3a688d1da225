using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Golden;

namespace CifarVision.Tests.Models;

/// <summary>A training step moves no tensor from one memory order to another: that is what its speed rests on.</summary>
public class MemoryOrderTests
{
    [Theory]
    [InlineData(DTypePolicy.Float32)]
    [InlineData(DTypePolicy.MixedBFloat16)]
    public void Outputs_OfAllLayers_LieInMemoryAsTheyAreShaped(DTypePolicy precision)
    {
        using Sequential model = Compiled(precision);
        using var scope = torch.NewDisposeScope();
        Tensor x = torch.rand(4, 16, 16, 3);
        foreach (Layer layer in model.Layers)
        {
            x = layer.Forward(x, training: true);
            Assert.True(x.is_contiguous(), $"{layer.Name}: {string.Join(", ", x.stride())}");
        }
    }

    [Theory]
    [InlineData(DTypePolicy.Float32)]
    [InlineData(DTypePolicy.MixedBFloat16)]
    public void Gradients_OfAllWeights_LieInMemoryAsTheWeights(DTypePolicy precision)
    {
        using Sequential model = Compiled(precision);
        Weight[] weights = [.. model.Weights.Where(weight => weight.Trainable)];
        using var scope = torch.NewDisposeScope();
        Tensor loss = model.Forward(torch.rand(4, 16, 16, 3), training: true).Square().sum();
#pragma warning disable RS0030 // Not by backward, which copies a gradient that does not lie as its weight.
        IList<Tensor> gradients = torch.autograd.grad([loss], [.. weights.Select(weight => weight.Value)]);
#pragma warning restore RS0030

        for (int i = 0; i < weights.Length; i++)
        {
            Assert.Equal(ScalarType.Float32, gradients[i].dtype);
            Assert.True(weights[i].Value.stride().SequenceEqual(gradients[i].stride()), $"{weights[i].Path}: {string.Join(", ", gradients[i].stride())}");
        }
    }

    private static Sequential Compiled(DTypePolicy precision)
    {
        Sequential model = SmallAlexNet.Create(dropout: 0.5);
        model.Compile(new SGD(), new CategoricalCrossentropy(), precision: precision);
        return model;
    }
}
