namespace CifarVision.Mpi;

/// <summary>
/// Gradients that are being summed over the processes: a large one in its own memory, small ones together in memory of their own, from which they are
/// copied back.
/// </summary>
internal sealed class GradientSum
{
    private const long LargeBytes = 1 << 20;

    private readonly Tensor _memory;
    private readonly IReadOnlyList<Tensor> _targets;
    private readonly Task _sum;

    private GradientSum(Tensor memory, IReadOnlyList<Tensor> targets, MpiWorld world, bool inBFloat16)
    {
        // Until the sum is complete the memory is kept, whatever becomes of the step.
        (_memory, _targets) = (memory.DetachFromDisposeScope(), targets);
        _sum = world.BeginSum(_memory, inBFloat16);
    }

    /// <summary>Whether a gradient is large enough that copying it would cost more than an exchange of its own, and its memory can be sent as it is.</summary>
    public static bool IsLarge(Tensor gradient) =>
        gradient.device_type == TorchSharp.DeviceType.CPU && gradient.numel() * gradient.element_size() >= LargeBytes && InMemoryOrder(gradient).is_contiguous();

    /// <summary>Begins to sum a large gradient in its own memory, whose order is that of the weight, and so the same on all processes.</summary>
    public static GradientSum InPlace(Tensor gradient, MpiWorld world, bool inBFloat16) => new(InMemoryOrder(gradient.detach()), [], world, inBFloat16);

    /// <summary>Begins to sum small gradients of one dtype, or those on a graphics card, in one exchange.</summary>
    public static GradientSum Packed(IReadOnlyList<Tensor> gradients, MpiWorld world, bool inBFloat16)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor all = torch.cat([.. gradients.Select(gradient => gradient.detach().cpu().reshape(-1))]);
        return new GradientSum(all, gradients, world, inBFloat16);
    }

    /// <summary>Waits for the sum.</summary>
    public void End()
    {
        _sum.GetAwaiter().GetResult();
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        long start = 0;
        foreach (Tensor target in _targets)
        {
            long count = target.numel();
            target.copy_(_memory.narrow(0, start, count).view(target.shape));
            start += count;
        }

        _memory.Dispose();
    }

    // The axes from the slowest to the fastest in memory.
    private static Tensor InMemoryOrder(Tensor tensor)
    {
        long[] strides = tensor.stride();
        return tensor.permute([.. Enumerable.Range(0, strides.Length).OrderByDescending(axis => strides[axis]).Select(axis => (long)axis)]);
    }
}
