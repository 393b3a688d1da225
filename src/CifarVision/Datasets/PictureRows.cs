using CifarVision.Runtime;

namespace CifarVision.Datasets;

/// <summary>Pictures on disk as rows. They are decoded on demand, on all processors.</summary>
/// <param name="files">A file for each row.</param>
/// <param name="size">Height and width that every picture is resized to.</param>
/// <param name="colorMode">The channels.</param>
internal sealed class PictureRows(IReadOnlyList<string> files, Size2D size, ColorMode colorMode) : RowSource
{
    public override int Count => files.Count;

    public override TensorShape RowShape => new(size.Height, size.Width, ImageFile.ChannelsOf(colorMode));

    public override ScalarType Type => ScalarType.Byte;

    public override bool IsInMemory => false;

    public override PictureRows Rows(int start, int count)
    {
        RequireRange(start, count);
        return new PictureRows([.. files.Skip(start).Take(count)], size, colorMode);
    }

    public override void Fill(ReadOnlyMemory<int> rows, Memory<byte> target, CancellationToken cancellationToken)
    {
        int rowBytes = checked((int)RowBytes);
        try
        {
            Parallel.For(0, rows.Length, new ParallelOptions { CancellationToken = cancellationToken }, i =>
                ImageFile.Read(files[rows.Span[i]], size, target.Span.Slice(i * rowBytes, rowBytes)));
        }
        catch (AggregateException faults)
        {
            // Names one picture; FromFolder with cache: true names all, and skipDamaged: true leaves them out.
            throw new InvalidDataException($"ImageDataset: every picture must be readable, but one is not. Fix or remove it. {faults.InnerExceptions[0].Message}", faults.InnerExceptions[0]);
        }
    }
}
