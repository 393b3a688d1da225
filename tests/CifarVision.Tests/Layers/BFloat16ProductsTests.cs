using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Tests.Layers;

/// <summary>Products of bfloat16 tensors through float32, against float64 and against the processor's own instructions for bfloat16.</summary>
public class BFloat16ProductsTests
{
    public static TheoryData<string> Products => ["dense", "convolution", "one pixel", "groups"];

    [Theory]
    [MemberData(nameof(Products))]
    public void ThroughFloat32_OutputAndGradients_AreThoseOfFloat64WithinOnePlace(string product)
    {
        using var scope = torch.NewDisposeScope();
        Tensor[] expected = Step(product, ScalarType.Float64, throughFloat32: false);
        Tensor[] found = Step(product, ScalarType.BFloat16, throughFloat32: true);

        Assert.All(found, tensor => Assert.Equal(ScalarType.BFloat16, tensor.dtype));
        AssertWithinOnePlace(expected, found);
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void ThroughFloat32_OutputAndGradients_AreThoseOfTheInstructionsWithinOnePlace(string product)
    {
        Assert.SkipUnless(TorchInstructions.OfThisProcess.HasFastBFloat16, "the processor has no fast instructions for bfloat16, or may not use them");
        using var scope = torch.NewDisposeScope();

        AssertWithinOnePlace(Step(product, ScalarType.BFloat16, throughFloat32: false), Step(product, ScalarType.BFloat16, throughFloat32: true));
    }

    // The inputs are positive, so that no sum comes out near zero, where rounding errors of its terms are many units of its last place.
    private static Tensor[] Step(string product, ScalarType type, bool throughFloat32)
    {
        (long[] x, long[] kernel) = product switch
        {
            "dense" => (new long[] { 7, 40 }, new long[] { 40, 24 }),
            "convolution" => ([3, 9, 8, 6], [3, 3, 6, 16]),
            "one pixel" => ([3, 9, 8, 34], [1, 1, 34, 33]),
            _ => ([3, 9, 8, 8], [3, 3, 4, 16]),
        };
        Tensor[] inputs = [.. new[] { Positive(x, "x"), Positive(kernel, "kernel"), Positive([kernel[^1]], "bias") }.Select(tensor => tensor.to(type).detach().clone().requires_grad_())];
        Tensor y = throughFloat32
            ? BFloat16Products.ThroughFloat32(inputs[0], inputs[1], inputs[2], Apply)
            : Apply(inputs[0], inputs[1], inputs[2]);
        y.backward([Positive(y.shape, "dy").to(type)]);
        return [y.detach(), .. inputs.Select(tensor => tensor.grad!)];

        Tensor Apply(Tensor images, Tensor weights, Tensor? bias) => product == "dense"
            ? F.linear(images, weights.t(), bias)
            : Convolution.Apply(images, weights, bias, 1, [0, 0], 1, groups: (int)(x[^1] / kernel[^2]));
    }

    private static Tensor Positive(long[] shape, string name) => LayerContract.Numbers(shape, ScalarType.BFloat16, name).abs();

    private static void AssertWithinOnePlace(Tensor[] expected, Tensor[] found)
    {
        foreach ((string name, Tensor wanted, Tensor actual) in new[] { "y", "dx", "dkernel", "dbias" }.Zip(expected, found))
        {
            Tensor exact = wanted.to(ScalarType.Float64);
            // bfloat16 keeps 8 bits: a unit of the last place is 2^-7 of the power of two at or below the number.
            Tensor place = exact.abs().log2().floor().exp2().Divide(128);
            double most = ((actual.to(ScalarType.Float64) - exact).abs() / place).max().item<double>();
            Assert.True(most <= 1, $"{name}: {most} units in the last place");
        }
    }
}
