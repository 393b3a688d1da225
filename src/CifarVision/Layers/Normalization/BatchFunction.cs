using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>
/// Normalization by the statistics of the batch on the CPU, with its gradient: two passes over the values forward and two backward. Arguments: the values, float32 or
/// float64; gamma and beta of the same type; the statistics as <see cref="Statistics"/> returned them, and epsilon added to the variance.
/// </summary>
internal sealed unsafe class BatchFunction : torch.autograd.SingleTensorFunction<BatchFunction>
{
    public override string Name => nameof(BatchFunction);

    /// <summary>Returns mean and biased variance of each channel, in float64.</summary>
    public static (Tensor Mean, Tensor Variance) Statistics(Tensor x)
    {
        Tensor values = x.detach().contiguous();
        int channels = (int)x.shape[^1];
        long samples = x.numel() / channels;
        (double[] mean, double[] deviations) = x.dtype == ScalarType.Float32
            ? ChannelKernels<float>.Statistics(AddressOf<float>(values), samples, channels)
            : ChannelKernels<double>.Statistics(AddressOf<double>(values), samples, channels);
        return (torch.tensor(mean), torch.tensor(Array.ConvertAll(deviations, deviation => deviation / samples)));
    }

    public override Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor divisor) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[3], (Tensor)vars[4]);
        ctx.save_for_backward([x, gamma, mean, divisor]);
        Tensor values = x.contiguous();
        return x.dtype == ScalarType.Float32 ? Normalize<float>(values, gamma, beta, mean, divisor) : Normalize<double>(values, gamma, beta, mean, divisor);
    }

    public override List<Tensor> backward(torch.autograd.AutogradContext ctx, Tensor grad_output)
    {
        List<Tensor> saved = ctx.get_saved_variables();
        (Tensor x, Tensor gamma, Tensor mean, Tensor divisor) = (saved[0], saved[1], saved[2], saved[3]);
        (Tensor values, Tensor gradient) = (x.contiguous(), grad_output.contiguous());
        (Tensor dx, Tensor dGamma, Tensor dBeta) = x.dtype == ScalarType.Float32
            ? Gradients<float>(values, gradient, gamma, mean, divisor)
            : Gradients<double>(values, gradient, gamma, mean, divisor);

        // The statistics have none, and nothing reads the last two.
        return [dx, dGamma, dBeta, torch.zeros_like(mean), torch.zeros_like(divisor)];
    }

    private static Tensor Normalize<T>(Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor divisor)
        where T : unmanaged, INumber<T>
    {
        (double[] means, double[] scales) = (ToArray(mean), Scales(gamma, divisor));
        T[] center = Array.ConvertAll(means, T.CreateTruncating);

        // A float32 mean is rounded; the rest of it goes into the shift.
        double[] shifts = ToArray(beta);
        for (int i = 0; i < shifts.Length; i++)
            shifts[i] += (double.CreateTruncating(center[i]) - means[i]) * scales[i];
        Tensor y = torch.empty_like(x);
        ChannelKernels<T>.Normalize(
            AddressOf<T>(x), AddressOf<T>(y), x.numel() / means.Length, center, Array.ConvertAll(scales, T.CreateTruncating), Array.ConvertAll(shifts, T.CreateTruncating));
        GC.KeepAlive(x);
        return y;
    }

    private static (Tensor X, Tensor Gamma, Tensor Beta) Gradients<T>(Tensor x, Tensor dy, Tensor gamma, Tensor mean, Tensor divisor)
        where T : unmanaged, INumber<T>
    {
        (double[] means, double[] scales, double[] divisors) = (ToArray(mean), Scales(gamma, divisor), ToArray(divisor));
        T[] center = Array.ConvertAll(means, T.CreateTruncating);
        long samples = x.numel() / means.Length;
        (double[] sums, double[] products) = ChannelKernels<T>.GradientSums(AddressOf<T>(x), AddressOf<T>(dy), samples, center);
        var (slopes, shifts) = (new double[means.Length], new double[means.Length]);
        for (int i = 0; i < means.Length; i++)
        {
            double rest = double.CreateTruncating(center[i]) - means[i];
            products[i] += rest * sums[i];
            slopes[i] = -scales[i] * products[i] / (divisors[i] * samples);
            shifts[i] = (-scales[i] * sums[i] / samples) + (rest * slopes[i]);
            products[i] /= Math.Sqrt(divisors[i]);
        }

        Tensor dx = torch.empty_like(x);
        ChannelKernels<T>.InputGradient(
            AddressOf<T>(x), AddressOf<T>(dy), AddressOf<T>(dx), samples, center,
            Array.ConvertAll(scales, T.CreateTruncating), Array.ConvertAll(slopes, T.CreateTruncating), Array.ConvertAll(shifts, T.CreateTruncating));
        GC.KeepAlive(x);
        GC.KeepAlive(dy);
        return (dx, torch.tensor(products).to(x.dtype), torch.tensor(sums).to(x.dtype));
    }

    private static double[] Scales(Tensor gamma, Tensor divisor)
    {
        (double[] scales, double[] divisors) = (ToArray(gamma), ToArray(divisor));
        for (int i = 0; i < scales.Length; i++)
            scales[i] /= Math.Sqrt(divisors[i]);
        return scales;
    }

    private static double[] ToArray(Tensor values) => values.detach().to(ScalarType.Float64).data<double>().ToArray();

    // Of the first value: a span of all of them could not be longer than 2 GB.
    private static T* AddressOf<T>(Tensor values)
        where T : unmanaged =>
        (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values.detach().reshape(-1).narrow(0, 0, 1).bytes));
}
