using CifarVision.Runtime;

namespace CifarVision.Evaluation;

/// <summary>Lays maps such as those of <see cref="GradCam"/> over images.</summary>
public static class HeatMap
{
    private const double Opacity = 0.6;

    // From dark to bright, so that the order is visible without color too: five colors of matplotlib's inferno, red, green and blue.
    private static readonly double[][] Colors = [[0, 0, 4], [87, 16, 110], [188, 55, 84], [249, 142, 9], [252, 255, 164]];

    /// <summary>Returns the images in gray under the colors of the maps: dark where a map is 0, violet, red and orange up to light yellow where it is 1.</summary>
    /// <param name="images">(N, H, W, 1 or 3), uint8, or floats from 0 to 1.</param>
    /// <param name="maps">(N, H, W), from 0 to 1.</param>
    /// <returns>(N, H, W, 3), uint8, for <c>ImageGrid.Save</c> or <c>ImageFile.Save</c>.</returns>
    /// <exception cref="ArgumentException">A shape does not fit, or a value is not from 0 to 1.</exception>
    public static NDArray Over(NDArray images, NDArray maps)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(maps);
        if (images.ndim != 4 || images.size == 0 || images.shape[3] is not (1 or 3))
            throw new ArgumentException($"HeatMap: images must be at least one image of shape (N, height, width, 1 or 3), but was {TensorShape.Format(images.shape)}.", nameof(images));
        if (maps.ndim != 3 || !maps.shape.AsSpan().SequenceEqual(images.shape.AsSpan()[..3]))
            throw new ArgumentException($"HeatMap: maps must be of shape {TensorShape.Format(images.shape.AsSpan()[..3])}, but was {TensorShape.Format(maps.shape)}.", nameof(maps));
        int channels = (int)images.shape[3];
        double[] values = Shares(images, images.typecode == NPTypeCode.Byte ? 255 : 1, nameof(images));
        double[] heats = Shares(maps, 1, nameof(maps));
        var pixels = new byte[heats.Length * 3];
        for (int i = 0; i < heats.Length; i++)
        {
            double gray = channels == 1 ? values[i] : (0.299 * values[i * 3]) + (0.587 * values[(i * 3) + 1]) + (0.114 * values[(i * 3) + 2]);
            for (int c = 0; c < 3; c++)
                pixels[(i * 3) + c] = (byte)Math.Round((255 * (1 - Opacity) * gray) + (Opacity * Color(heats[i], c)));
        }

        return np.array(pixels).reshape(images.shape[0], images.shape[1], images.shape[2], 3);
    }

    private static double Color(double heat, int channel)
    {
        double place = heat * (Colors.Length - 1);
        int below = Math.Min((int)place, Colors.Length - 2);
        return Colors[below][channel] + ((place - below) * (Colors[below + 1][channel] - Colors[below][channel]));
    }

    private static double[] Shares(NDArray array, double one, string argument)
    {
        double[] shares = array.astype(typeof(double)).ravel().ToArray<double>();
        for (int i = 0; i < shares.Length; i++)
        {
            shares[i] /= one;
            if (shares[i] is not (>= 0 and <= 1))
                throw new ArgumentException(FormattableString.Invariant($"HeatMap: {argument} must be from 0 to 1{(argument == "images" ? ", or uint8" : "")}, but was {shares[i]}."), argument);
        }

        return shares;
    }
}
