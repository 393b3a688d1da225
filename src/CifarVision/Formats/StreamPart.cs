namespace CifarVision.Formats;

/// <summary>A part of a stream, to be read as a stream.</summary>
/// <param name="whole">A seekable stream; it is not closed.</param>
/// <param name="start">The position of the first byte of the part.</param>
/// <param name="length">The number of bytes.</param>
internal sealed class StreamPart(Stream whole, long start, long length) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        buffer = buffer[..(int)Math.Clamp(length - Position, 0, buffer.Length)];
        if (whole.Position != start + Position)
            whole.Position = start + Position;
        int count = whole.Read(buffer);
        Position += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => length + offset,
    };

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
