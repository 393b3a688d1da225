using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>
/// Normalization by the statistics of the batch, for float32 on the CPU: two passes over the values forward and two backward. Arguments: the values (N, ..., C), gamma, beta,
/// the mean and the variance of each channel as <see cref="Statistics"/> returned them, and epsilon.
/// </summary>
internal sealed unsafe class BatchFunction : torch.autograd.SingleTensorFunction<BatchFunction>
{
    // Native code reads the gradients after the return, on a thread that may have no dispose scope. The next call of the backward pass frees them: a scope would hold
    // those of all layers until the step ends.
    [ThreadStatic]
    private static List<Tensor>? _returned;

    public override string Name => nameof(BatchFunction);

    /// <summary>Returns the mean and the biased variance of each channel.</summary>
    public static (double[] Mean, double[] Variance) Statistics(Tensor x)
    {
        Tensor values = x.detach().contiguous();
        int channels = (int)x.shape[^1];
        double samples = x.numel() / channels;
        (double[] mean, double[] variance) = ChannelKernels.Sums(AddressOf(values), AddressOf(values), x.numel(), channels);
        GC.KeepAlive(values);
        for (int i = 0; i < channels; i++)
        {
            // In float64 the difference loses nothing that float32 values have.
            mean[i] /= samples;
            variance[i] = Math.Max(0, (variance[i] / samples) - (mean[i] * mean[i]));
        }

        return (mean, variance);
    }

    public override Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
    {
        (var x, var gamma, var beta, var mean, var variance, var epsilon) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (double[])vars[3], (double[])vars[4], (double)vars[5]);
        _returned = null;
        ctx.save_for_backward([x, gamma]);
        ctx.save_data(nameof(mean), mean);
        ctx.save_data(nameof(variance), variance);
        ctx.save_data(nameof(epsilon), epsilon);
        Tensor values = x.contiguous();
        Tensor y = torch.empty_like(values);
        (float[] center, float[] slope, float[] shift) = Line(mean, Scales(gamma, variance, epsilon), ToArray(beta));
        ChannelKernels.Scale(AddressOf(values), AddressOf(y), values.numel(), center, slope, shift);
        GC.KeepAlive(values);
        return y;
    }

    public override List<Tensor> backward(torch.autograd.AutogradContext ctx, Tensor grad_output)
    {
        (var mean, var variance, var epsilon) = ((double[])ctx.get_data("mean"), (double[])ctx.get_data("variance"), (double)ctx.get_data("epsilon"));
        List<Tensor> saved = ctx.get_saved_variables();
        List<Tensor> gradients = torch.is_grad_enabled()
            ? DifferentiableGradients(saved[0], grad_output, saved[1], epsilon)
            : Gradients(saved[0].contiguous(), grad_output.contiguous(), saved[1], mean, variance, epsilon);
        _returned?.ForEach(gradient => gradient.Dispose());
        _returned = gradients;
        return [.. gradients, null!, null!, null!];
    }

    private static List<Tensor> Gradients(Tensor x, Tensor dy, Tensor gamma, double[] mean, double[] variance, double epsilon)
    {
        double samples = x.numel() / mean.Length;
        double[] scales = Scales(gamma, variance, epsilon);
        (double[] sums, double[] products) = ChannelKernels.Sums(AddressOf(dy), AddressOf(x), x.numel(), mean.Length);
        var (slopes, shifts) = (new double[mean.Length], new double[mean.Length]);
        for (int i = 0; i < mean.Length; i++)
        {
            products[i] -= sums[i] * mean[i];
            slopes[i] = -scales[i] * products[i] / (variance[i] + epsilon) / samples;
            shifts[i] = -scales[i] * sums[i] / samples;
            products[i] /= Math.Sqrt(variance[i] + epsilon);
        }

        Tensor dx = torch.empty_like(x);
        (float[] center, float[] slope, float[] shift) = Line(mean, slopes, shifts);
        ChannelKernels.InputGradient(AddressOf(x), AddressOf(dy), AddressOf(dx), x.numel(), ToFloat32(scales), center, slope, shift);
        GC.KeepAlive(x);
        GC.KeepAlive(dy);
        return [dx, torch.tensor(ToFloat32(products)), torch.tensor(ToFloat32(sums))];
    }

    // For gradients of gradients.
    private static List<Tensor> DifferentiableGradients(Tensor x, Tensor dy, Tensor gamma, double epsilon)
    {
        long[] axes = [.. Enumerable.Range(0, (int)x.dim() - 1)];
        Tensor deviation = x - x.mean(axes, keepdim: true);
        Tensor rate = deviation.Square().mean(axes).Add(epsilon).rsqrt();
        Tensor normalized = deviation * rate;
        Tensor product = dy * normalized;
        return [gamma * rate * (dy - dy.mean(axes) - (normalized * product.mean(axes))), product.sum(axes), dy.sum(axes)];
    }

    private static double[] Scales(Tensor gamma, double[] variance, double epsilon)
    {
        double[] scales = ToArray(gamma);
        for (int i = 0; i < scales.Length; i++)
            scales[i] /= Math.Sqrt(variance[i] + epsilon);
        return scales;
    }

    // (x - mean) * slope + shift with a mean that float32 can hold; the rest of it goes into the shift.
    private static (float[] Center, float[] Slope, float[] Shift) Line(double[] mean, double[] slope, double[] shift)
    {
        float[] center = ToFloat32(mean);
        return (center, ToFloat32(slope), [.. shift.Select((value, i) => (float)(value + ((center[i] - mean[i]) * slope[i])))]);
    }

    private static float[] ToFloat32(double[] values) => Array.ConvertAll(values, value => (float)value);

    private static double[] ToArray(Tensor values) => values.detach().to(ScalarType.Float64).data<double>().ToArray();

    // Of the first value, because a span of all of them could not be longer than 2 GB.
    private static float* AddressOf(Tensor values) =>
        (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values.detach().reshape(-1).narrow(0, 0, 1).bytes));
}
