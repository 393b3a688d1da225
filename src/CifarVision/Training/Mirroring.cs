using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Training;

/// <summary>Outputs averaged over each image and its mirror image, left to right.</summary>
internal static class Mirroring
{
    /// <summary>Checks that all inputs of a model can be mirrored if they are to be: that they are images, (height, width, channels).</summary>
    /// <exception cref="ArgumentException">One is not.</exception>
    public static void RequireImages(Layer model, bool averageMirrored)
    {
        foreach (TensorShape shape in model.InputShapes.Where(shape => averageMirrored && shape.Rank != 3))
            throw new ArgumentException($"{model.GetType().Name}: averageMirrored must be false unless all inputs are images, (height, width, channels), but one is {shape}.", nameof(averageMirrored));
    }

    /// <summary>Computes the mean of the outputs for images and for their mirror images.</summary>
    /// <param name="forward">Computes the outputs.</param>
    /// <param name="images">The inputs, each (N, H, W, C).</param>
    public static Tensor[] Average(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> forward, IReadOnlyList<Tensor> images) =>
        [.. forward(images).Zip(forward([.. images.Select(image => image.flip(2))]), (output, mirrored) => output.Add(mirrored).Multiply(0.5))];
}
