using CifarVision.Runtime;

namespace CifarVision.Models;

/// <summary>Says how to bring arrays of another shape to the one that a model takes.</summary>
internal static class SampleShape
{
    /// <summary>Returns a sentence, or nothing where no common mistake explains the shape.</summary>
    /// <param name="array">The shape of the whole array.</param>
    /// <param name="wanted">The shape of one sample.</param>
    public static string Advice(ReadOnlySpan<long> array, TensorShape wanted)
    {
        ReadOnlySpan<long> dims = wanted.Dims;
        if (array.SequenceEqual(dims) || (wanted.Rank == 3 && dims[2] == 1 && array.SequenceEqual(dims[..2])))
            return array.Length == dims.Length ? " For one sample: np.expand_dims(x, 0)." : " For one grayscale image: x.reshape(1, " + string.Join(", ", dims.ToArray()) + ").";
        if (wanted.Rank != 3)
            return array.Length > 2 && Product(array[1..]) == wanted.ElementCount ? " Reshape the samples, or begin with Flatten." : "";
        if (array.Length == 3 && dims[2] == 1 && array[1..].SequenceEqual(dims[..2]))
            return " For grayscale images: np.expand_dims(x, -1).";
        if (array.Length != 4)
            return array.Length == 2 && array[1] == wanted.ElementCount ? $" Bring them back to images: x.reshape(-1, {string.Join(", ", dims.ToArray())})." : "";
        ReadOnlySpan<long> sample = array[1..];
        if (sample[0] == dims[2] && sample[1..].SequenceEqual(dims[..2]))
            return " Images must be channels last: np.transpose(x, new[] { 0, 2, 3, 1 }).";
        string channels = (sample[2], dims[2]) switch
        {
            (1, 3) => " Repeat the gray channel: np.repeat(x, 3, axis: 3); or load pictures with ColorMode.Rgb.",
            (3, 1) => " Load pictures with ColorMode.Grayscale.",
            (4, 3) => " Leave out the alpha channel: x[\":, :, :, 0:3\"].",
            _ => "",
        };
        return sample[..2].SequenceEqual(dims[..2]) ? channels : $" Resize the images to {dims[0]} x {dims[1]}, as ImageFile.Load and ImageDataset.FromFolder do.{channels}";
    }

    private static long Product(ReadOnlySpan<long> sizes)
    {
        long product = 1;
        foreach (long size in sizes)
            product *= size;
        return product;
    }
}
