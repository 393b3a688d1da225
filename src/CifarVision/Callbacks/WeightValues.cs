using CifarVision.Runtime;
using Google.Protobuf;
using SkiaSharp;
using Tensorboard;

namespace CifarVision.Callbacks;

/// <summary>The values of a weight, as a histogram and as images for TensorBoard. Reads them from the device.</summary>
internal sealed class WeightValues
{
    // As many as those of tf.summary.histogram and tf.summary.image.
    private const int Buckets = 30;
    private const int MostImages = 3;

    private readonly double[] _values;
    private readonly long[] _shape;
    private readonly double[] _finite;

    public WeightValues(Weight weight)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        _shape = weight.Value.shape;
        _values = weight.Value.to(ScalarType.Float64, torch.CPU).contiguous().data<double>().ToArray();
        _finite = Array.FindAll(_values, double.IsFinite);
        GC.KeepAlive(weight);
    }

    /// <summary>Returns the number of finite values in each of 30 equal parts from the smallest to the largest; null without any.</summary>
    public HistogramProto? Histogram()
    {
        if (_finite.Length == 0)
            return null;
        (double low, double high, int buckets) = (_finite.Min(), _finite.Max(), Buckets);

        // Equal values have no width; TensorFlow gives them 1.
        if (low == high)
            (low, high, buckets) = (low - 0.5, high + 0.5, 1);
        var counts = new double[buckets];
        foreach (double value in _finite)
            counts[Math.Min(buckets - 1, (int)((value - low) / (high - low) * buckets))]++;
        return new HistogramProto
        {
            Min = low,
            Max = high,
            Num = _finite.Length,
            Sum = _finite.Sum(),
            SumSquares = _finite.Sum(value => value * value),
            BucketLimit = { Enumerable.Range(1, buckets).Select(i => i == buckets ? high : low + ((high - low) * i / buckets)) },
            Bucket = { counts },
        };
    }

    /// <summary>Returns a vector or a matrix as one image, and of the kernel of a convolution over 1 or 3 channels the first filters; none for other shapes.</summary>
    public Summary.Types.Image[] Images()
    {
        long[] sides = [.. _shape.Where(side => side > 1)];
        switch (_shape.Length, sides)
        {
            case (4, _) when _shape[2] is 1 or 3:
                (int height, int width, int channels, int filters) = ((int)_shape[0], (int)_shape[1], (int)_shape[2], (int)_shape[3]);
                return [.. Enumerable.Range(0, Math.Min(MostImages, filters)).Select(filter =>
                    Encode(height, width, channels, (y, x, channel) => _values[(((((y * width) + x) * channels) + channel) * filters) + filter]))];
            case (_, []):
                return [Encode(1, 1, 1, (_, _, _) => _values[0])];
            case (_, [long length]):
                return [Encode(1, (int)length, 1, (_, x, _) => _values[x])];
            case (_, [long rows, long columns]):
                // The longer side across.
                return rows > columns
                    ? [Encode((int)columns, (int)rows, 1, (y, x, _) => _values[(x * columns) + y])]
                    : [Encode((int)rows, (int)columns, 1, (y, x, _) => _values[(y * columns) + x])];
            default:
                return [];
        }
    }

    private Summary.Types.Image Encode(int height, int width, int channels, Func<int, int, int, double> value)
    {
        (double low, double high) = (_finite.Min(), _finite.Max());
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
                bitmap.SetPixel(x, y, new SKColor(Shade(y, x, 0), Shade(y, x, Math.Min(1, channels - 1)), Shade(y, x, channels - 1)));
        }

        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return new Summary.Types.Image { Height = height, Width = width, Colorspace = 3, EncodedImageString = ByteString.CopyFrom(png.AsSpan()) };

        byte Shade(int y, int x, int channel)
        {
            double share = high == low ? 0.5 : (value(y, x, channel) - low) / (high - low);
            return (byte)Math.Round(255 * (double.IsNaN(share) ? 0 : Math.Clamp(share, 0, 1)));
        }
    }
}
