using System.Numerics;

namespace CifarVision.Layers;

/// <summary>
/// Max pooling with a window of 2 x 2 that moves by its size, on the CPU: torch's values and gradients, bit for bit, at a fraction of the
/// time. Torch visits one output after the other, keeps 64-bit positions and scatters the gradient; in AlexNet's training step its pooling
/// took as long as a tenth of all convolutions.
/// </summary>
internal sealed class MaxPool2x2 : torch.autograd.SingleTensorFunction<MaxPool2x2>
{
    /// <summary>What torch calls the operation in its graph.</summary>
    public override string Name => nameof(MaxPool2x2);

    /// <summary>Whether a batch can be pooled here: (N, even, even, whole vectors of channels) of float32 or bfloat16, contiguous, at most 2 GB, on the CPU.</summary>
    public static bool Takes(Tensor images) =>
        images.device_type == DeviceType.CPU
        && images.shape is [_, var height, var width, var channels]
        && height % 2 == 0
        && width % 2 == 0
        && channels % ValuesPerVector(images.dtype) == 0
        && images.NumberOfElements * images.ElementSize <= int.MaxValue
        && images.is_contiguous();

    /// <summary>(N, H, W, C) -> (N, H / 2, W / 2, C), recorded for the gradient if torch records it.</summary>
    public static Tensor Pool(Tensor images) =>
        images.requires_grad && torch.is_grad_enabled() ? apply(images) : MaxPool2x2Kernel.Pool(images, winners: null);

    /// <inheritdoc/>
    public override Tensor forward(torch.autograd.AutogradContext context, params object[] arguments)
    {
        var images = (Tensor)arguments[0];
        Tensor winners = MaxPool2x2Kernel.EmptyWinners(images);
        context.save_for_backward([winners]);
        return MaxPool2x2Kernel.Pool(images, winners);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(torch.autograd.AutogradContext context, Tensor gradient)
    {
        Tensor winners = context.get_saved_variables()[0];
        return [torch.is_grad_enabled() ? Differentiably(gradient, winners) : MaxPool2x2Kernel.Spread(gradient.contiguous(), winners)];
    }

    // For a gradient of the gradient. The kernel's work leaves no trace in torch's graph.
    private static Tensor Differentiably(Tensor gradient, Tensor winners)
    {
        Tensor[] places = [.. Enumerable.Range(0, 4).Select(place => gradient * winners.eq(place))];
        Tensor top = torch.stack([places[0], places[1]], 3).flatten(2, 3);
        Tensor bottom = torch.stack([places[2], places[3]], 3).flatten(2, 3);
        return torch.stack([top, bottom], 2).flatten(1, 2);
    }

    // A width that divides no number of channels where there is no kernel.
    private static int ValuesPerVector(ScalarType type) => type switch
    {
        ScalarType.Float32 => Vector<int>.Count,
        ScalarType.BFloat16 => Vector<short>.Count,
        _ => int.MaxValue,
    };
}
