using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;

namespace CifarVision.Tests.Testing;

/// <summary>
/// The weights and images with which Keras' predictions for the models of keras.applications were recorded: each value follows from its place,
/// so that no file need hold them.
/// </summary>
internal static class FormulaWeights
{
    /// <summary>The weights of a model, in Keras' order.</summary>
    /// <param name="model">The model that they are for.</param>
    /// <param name="gain">What the record says: it keeps activations of a normal size.</param>
    public static IReadOnlyList<NDArray> For(Model model, double gain)
    {
        HashSet<Weight> depthwise = [.. model.Layers.OfType<DepthwiseConv2D>().SelectMany(layer => layer.Weights)];
        // Tens of millions of values in the largest models.
        IEnumerable<float[]> values = model.Weights.AsParallel().AsOrdered().Select((weight, order) => Values(weight, (uint)order, gain, depthwise.Contains(weight)));
        return [.. values.Zip(model.Weights, (numbers, weight) => new NDArray(numbers, new Shape(weight.Shape.ToArray())))];
    }

    /// <summary>Two images: values from -1 to 1, or whole numbers from 0 to 255.</summary>
    public static NDArray Images(int height, int width, bool bytes = false)
    {
        var values = new float[2 * height * width * 3];
        int blocksDown = (height + 7) / 8;
        int blocksAcross = (width + 7) / 8;
        for (int i = 0; i < values.Length; i++)
        {
            int channel = i % 3;
            int column = i / 3 % width;
            int row = i / 3 / width % height;
            int image = i / 3 / width / height;
            int block = (((((image * blocksDown) + (row / 8)) * blocksAcross) + (column / 8)) * 3) + channel;
            double value = (0.6 * Number(1000004, (uint)block)) + (0.4 * Number(1000003, (uint)i));
            values[i] = (float)(bytes ? Math.Floor((value + 1) * 128) : value);
        }

        return new NDArray(values, new Shape(2, height, width, 3));
    }

    /// <summary>A number between -1 and 1.</summary>
    public static double Number(uint order, uint i)
    {
        uint hash = unchecked((i * 2654435761) + (order * 40503) + 12345);
        hash ^= hash >> 16;
        hash = unchecked(hash * 2246822519);
        hash ^= hash >> 13;
        hash = unchecked(hash * 3266489917);
        hash ^= hash >> 16;
        return ((hash + 0.5) / 2147483648) - 1;
    }

    private static float[] Values(Weight weight, uint order, double gain, bool isDepthwise)
    {
        ReadOnlySpan<long> shape = weight.Shape;
        long inputs = 1;
        foreach (long dim in isDepthwise || weight.Name == "depthwise_kernel" ? shape[..2] : shape[..^Math.Min(1, shape.Length)])
            inputs *= dim;
        (double center, double range) = weight.Name switch
        {
            "kernel" or "depthwise_kernel" or "pointwise_kernel" => (0, gain * Math.Sqrt(6.0 / inputs)),
            "moving_variance" or "variance" => (1, 0.5),
            "gamma" => (1, 0.1),
            "count" => (0, 0),
            _ => (0, 0.1),
        };
        var values = new float[weight.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(center + (Number(order, (uint)i) * range));
        return values;
    }
}
