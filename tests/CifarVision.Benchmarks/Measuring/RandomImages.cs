using CifarVision.Datasets;

namespace CifarVision.Benchmarks.Measuring;

/// <summary>Noise in the shape of CIFAR-10: how long a step takes does not depend on what is in the pictures.</summary>
internal static class RandomImages
{
    public const int Classes = 10;

    public static ImageDataset Create(int count)
    {
        var random = new Random(1);
        var pixels = new byte[count * 32 * 32 * 3];
        random.NextBytes(pixels);
        NDArray labels = np.array(Enumerable.Range(0, count).Select(_ => (byte)random.Next(Classes)).ToArray());
        return new ImageDataset(np.array(pixels).reshape(count, 32, 32, 3), labels, Classes);
    }

    /// <summary>Returns the values of square color pictures, from 0 to 1.</summary>
    public static float[] Floats(int count, int side)
    {
        var random = new Random(1);
        var values = new float[count * side * side * 3];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.NextSingle();
        return values;
    }
}
