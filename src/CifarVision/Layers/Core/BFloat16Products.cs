using CifarVision.Runtime;
using CifarVision.Runtime.Natives;

namespace CifarVision.Layers;

/// <summary>
/// Convolutions and matrix products of bfloat16 tensors. On a processor without fast bfloat16 instructions they are computed in float32: without any,
/// torch's own bfloat16 kernels are about seventy times slower. The inputs are exact in float32, and the instructions accumulate in float32 too, so the
/// results differ by at most one unit in the last place of bfloat16: the output is rounded once, and the casts round the gradients.
/// </summary>
internal static class BFloat16Products
{
    /// <summary>Computes a product in the dtype of its inputs, or through float32.</summary>
    /// <param name="x">The input.</param>
    /// <param name="kernel">The kernel, of the same dtype.</param>
    /// <param name="bias">The bias or null.</param>
    /// <param name="product">Computes the product for inputs of either dtype.</param>
    public static Tensor Compute(Tensor x, Tensor kernel, Tensor? bias, Func<Tensor, Tensor, Tensor?, Tensor> product)
    {
        if (x.dtype != ScalarType.BFloat16 || x.device_type != DeviceType.CPU)
            return product(x, kernel, bias);
        if (!TorchInstructions.OfThisProcess.HasFastBFloat16)
            return ThroughFloat32(x, kernel, bias, product);
        SignalStack.Enlarge();
        return product(x, kernel, bias);
    }

    /// <summary>Computes a product of bfloat16 tensors in float32 and rounds it to bfloat16.</summary>
    public static Tensor ThroughFloat32(Tensor x, Tensor kernel, Tensor? bias, Func<Tensor, Tensor, Tensor?, Tensor> product) =>
        product(x.to(ScalarType.Float32), kernel.to(ScalarType.Float32), bias?.to(ScalarType.Float32)).to(ScalarType.BFloat16);
}
