using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Tests.Testing;

/// <summary>Values whose mean is far larger than their standard deviation, where E[x^2] - E[x]^2 has no correct digit.</summary>
internal static class MomentsFarFromZero
{
    /// <summary>
    /// Checks that output and gradients in float32 are those of float64 for a mean of 1,000 standard deviations; and in mixed_bfloat16, whose inputs hold
    /// less, for one of 25.
    /// </summary>
    public static void Check(Func<Layer> create, TensorShape sample)
    {
        Check(create, sample, DTypePolicy.Float32, mean: 1000, deviation: 1, tolerance: 2e-6);
        // Half a unit of the last of bfloat16's eight bits, and the float32 gradient is rounded on its way to a bfloat16 input.
        Check(create, sample, DTypePolicy.MixedBFloat16, mean: 100, deviation: 4, tolerance: 0.004);
    }

    private static void Check(Func<Layer> create, TensorShape sample, DTypePolicy policy, double mean, double deviation, double tolerance)
    {
        using var scope = torch.NewDisposeScope();
        ScalarType type = policy == DTypePolicy.MixedBFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        Tensor x = LayerContract.Numbers(sample.WithBatch(2), ScalarType.Float64, "x").Multiply(2 * deviation).Add(mean).to(type);
        Tensor dy = LayerContract.Numbers(sample.WithBatch(2), ScalarType.Float64, "dy").to(type);
        (Tensor exact, Tensor exactGradient) = Step(DTypePolicy.Float64, x.to(ScalarType.Float64), dy.to(ScalarType.Float64));
        (Tensor y, Tensor gradient) = Step(policy, x, dy);

        Near.Relative(ArrayConversion.ToNDArray(exact), y.to(ScalarType.Float32), tolerance, $"y in {policy}");
        Near.Relative(ArrayConversion.ToNDArray(exactGradient), gradient.to(ScalarType.Float32), tolerance, $"dx in {policy}");

        (Tensor Y, Tensor Gradient) Step(DTypePolicy precision, Tensor input, Tensor output)
        {
            Layer layer = create();
            layer.Configure(precision, torch.CPU);
            Tensor moved = input.clone().requires_grad_();
            Tensor result = layer.Forward(moved, training: true);
            (result * output).sum().backward();
            return (result.detach(), moved.grad!);
        }
    }
}
