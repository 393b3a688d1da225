using CifarVision.Runtime;

namespace CifarVision.Datasets;

/// <summary>The images and labels of one batch file, or of several one after the other.</summary>
internal sealed class Cifar10Records
{
    // 393 KB: between reading and converting, the records stay in the processor's second-level cache.
    private const int RecordsAtOnce = 128;

    /// <summary>Room for so many, to be filled.</summary>
    public Cifar10Records(int count)
        : this(ImageMemory.Empty(count, Cifar10Layout.Side, Cifar10Layout.Side, Cifar10Layout.Channels), np.empty(new Shape(count, 1), NPTypeCode.Byte))
    {
    }

    private Cifar10Records(NDArray images, NDArray labels)
    {
        Images = images;
        Labels = labels;
    }

    /// <summary>(N, 32, 32, 3), uint8.</summary>
    public NDArray Images { get; }

    /// <summary>(N, 1), uint8.</summary>
    public NDArray Labels { get; }

    public int Count => (int)Images.shape[0];

    /// <summary>Some of them, in the same memory.</summary>
    public Cifar10Records Rows(int start, int count)
    {
        string range = FormattableString.Invariant($"{start}:{start + count}");
        return new Cifar10Records(Images[range], Labels[range]);
    }

    /// <summary>Reads as many records as there is room for.</summary>
    /// <exception cref="EndOfStreamException">There are fewer.</exception>
    public void Fill(Stream stream, byte[] buffer)
    {
        Span<byte> images = ArrayConversion.Bytes(Images);
        Span<byte> labels = ArrayConversion.Bytes(Labels);
        for (int start = 0; start < labels.Length; start += RecordsAtOnce)
        {
            int count = Math.Min(RecordsAtOnce, labels.Length - start);
            stream.ReadExactly(buffer, 0, count * Cifar10Layout.RecordBytes);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> record = buffer.AsSpan(i * Cifar10Layout.RecordBytes, Cifar10Layout.RecordBytes);
                labels[start + i] = record[0];
                PlanarPixels.Interleave(record[1..], images.Slice((start + i) * Cifar10Layout.ImageBytes, Cifar10Layout.ImageBytes));
            }
        }

        GC.KeepAlive(this);
    }

    /// <summary>A buffer for <see cref="Fill"/>, to be used for all files.</summary>
    public static byte[] NewBuffer() => GC.AllocateUninitializedArray<byte>(RecordsAtOnce * Cifar10Layout.RecordBytes);

    /// <summary>Copies all images and labels of another set and frees its memory.</summary>
    public void TakeOver(Cifar10Records other)
    {
        ArrayConversion.Bytes(other.Images).CopyTo(ArrayConversion.Bytes(Images));
        ArrayConversion.Bytes(other.Labels).CopyTo(ArrayConversion.Bytes(Labels));
        other.Images.Dispose();
        other.Labels.Dispose();
        GC.KeepAlive(this);
    }

    public void RequireLabels(string file)
    {
        Cifar10Layout.RequireLabels(ArrayConversion.Bytes(Labels), file);
        GC.KeepAlive(this);
    }
}
