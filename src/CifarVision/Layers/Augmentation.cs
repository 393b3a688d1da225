using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <summary>What the layers that change images at random share.</summary>
internal static class Augmentation
{
    /// <summary>The shape, if it is that of an image.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static TensorShape RequireImages(TensorShape shape, string layer) => shape.Rank == 3
        ? shape
        : throw new ArgumentException($"{layer}: expected input of rank 4 (batch, height, width, channels), but was {shape}. Give it images.");

    /// <summary>One number for each image, on the device of the images, with axes of length 1 to broadcast: (N, 1, ...).</summary>
    public static Tensor OneEach(float[] numbers, Tensor images, int rank)
    {
        var shape = new long[rank];
        Array.Fill(shape, 1);
        shape[0] = numbers.Length;
        return torch.tensor(numbers, shape, device: images.device);
    }

    /// <summary>The rows or columns of an image: (1, H, 1) or (1, 1, W), float32.</summary>
    public static Tensor Places(Tensor images, int axis)
    {
        long length = images.shape[axis];
        return TorchMath.Arange(length, ScalarType.Float32, images.device).reshape(axis == 1 ? [1, length, 1] : [1, 1, length]);
    }

    /// <summary>Checks the settings of a layer that moves or turns images.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such mode, or the value is not finite.</exception>
    public static void RequireSampling(FillMode fillMode, Interpolation interpolation, double fillValue, string layer)
    {
        if (!Enum.IsDefined(fillMode))
            throw new ArgumentOutOfRangeException(nameof(fillMode), $"{layer}: fillMode must be Constant, Nearest, Reflect or Wrap, but was {fillMode}.");
        if (!Enum.IsDefined(interpolation))
            throw new ArgumentOutOfRangeException(nameof(interpolation), $"{layer}: interpolation must be Nearest or Bilinear, but was {interpolation}.");
        if (!double.IsFinite(fillValue))
            throw new ArgumentOutOfRangeException(nameof(fillValue), FormattableString.Invariant($"{layer}: fillValue must be finite, but was {fillValue}."));
    }
}
