using CifarVision.Runtime;

namespace CifarVision.Datasets;

/// <summary>The images and labels of one or several batch files.</summary>
internal sealed class Cifar10Records
{
    // 393 KB, so that the records stay in the L2 cache between reading and conversion.
    private const int RecordsAtOnce = 128;

    /// <summary>Allocates memory for a number of records.</summary>
    public Cifar10Records(int count)
    {
        Images = ImageMemory.Empty(count, Cifar10Layout.Side, Cifar10Layout.Side, Cifar10Layout.Channels);
        Labels = np.empty(new Shape(count, 1), NPTypeCode.Byte);
        Count = count;
    }

    public int Count { get; }

    /// <summary>(N, 32, 32, 3), uint8.</summary>
    public NDArray Images { get; }

    /// <summary>(N, 1), uint8.</summary>
    public NDArray Labels { get; }

    /// <summary>Creates a buffer for <see cref="Read"/>, which can be reused for all files.</summary>
    public static byte[] NewBuffer() => GC.AllocateUninitializedArray<byte>(RecordsAtOnce * Cifar10Layout.RecordBytes);

    /// <summary>Reads <paramref name="count"/> records of a file to the positions from <paramref name="start"/> on.</summary>
    /// <param name="stream">A stream at the first record.</param>
    /// <param name="start">The index of the first record.</param>
    /// <param name="count">The number of records.</param>
    /// <param name="buffer">From <see cref="NewBuffer"/>.</param>
    /// <exception cref="EndOfStreamException">The stream ends early.</exception>
    public void Read(Stream stream, int start, int count, byte[] buffer)
    {
        Span<byte> images = ArrayConversion.Bytes(Images);
        Span<byte> labels = ArrayConversion.Bytes(Labels);
        for (int end = start + count; start < end;)
        {
            int records = Math.Min(RecordsAtOnce, end - start);
            stream.ReadExactly(buffer, 0, records * Cifar10Layout.RecordBytes);
            for (int i = 0; i < records; i++, start++)
            {
                ReadOnlySpan<byte> record = buffer.AsSpan(i * Cifar10Layout.RecordBytes, Cifar10Layout.RecordBytes);
                labels[start] = record[0];
                PlanarPixels.Interleave(record[1..], images.Slice(start * Cifar10Layout.ImageBytes, Cifar10Layout.ImageBytes));
            }
        }

        GC.KeepAlive(this);
    }

    /// <summary>Copies another set to the positions from <paramref name="start"/> on, and frees the memory of the other set.</summary>
    public void TakeOver(Cifar10Records other, int start)
    {
        ArrayConversion.Bytes(other.Images).CopyTo(ArrayConversion.Bytes(Images)[(start * Cifar10Layout.ImageBytes)..]);
        ArrayConversion.Bytes(other.Labels).CopyTo(ArrayConversion.Bytes(Labels)[start..]);
        other.Images.Dispose();
        other.Labels.Dispose();
        GC.KeepAlive(this);
    }

    /// <summary>Checks the labels of one file.</summary>
    /// <exception cref="InvalidDataException">A label is greater than 9.</exception>
    public void RequireLabels(int start, int count, string file)
    {
        Cifar10Layout.RequireLabels(ArrayConversion.Bytes(Labels).Slice(start, count), file);
        GC.KeepAlive(this);
    }
}
