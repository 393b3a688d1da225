namespace CifarVision.Formats;

/// <summary>
/// A file under construction, in which a writer can seek. Large arrays are only reserved; at the end the whole file is written sequentially, as a member of a
/// zip archive requires, and without copying the arrays.
/// </summary>
internal sealed class SparseStream : Stream
{
    private const int PageLength = 4096;

    private readonly Dictionary<long, byte[]> _pages = [];
    private readonly SortedDictionary<long, (long Length, Action<Stream> Write)> _arrays = [];
    private long _length;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position { get; set; }

    /// <summary>Reserves the position of an array.</summary>
    /// <param name="start">The position of the first byte.</param>
    /// <param name="length">The number of bytes; at least 1.</param>
    /// <param name="write">Writes exactly that number of bytes.</param>
    public void Reserve(long start, long length, Action<Stream> write)
    {
        _arrays.Add(start, (length, write));
        _length = Math.Max(_length, start + length);
    }

    /// <summary>Writes the whole file.</summary>
    /// <param name="target">The target, which need not be seekable.</param>
    public void WriteTo(Stream target)
    {
        long at = 0;
        foreach ((long start, (long length, Action<Stream> write)) in _arrays)
        {
            WritePages(target, at, start);
            write(target);
            at = start + length;
        }

        WritePages(target, at, _length);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Clamp(_length - Position, 0, buffer.Length);
        for (int done = 0; done < count;)
        {
            ReadOnlySpan<byte> page = PageFrom(Position + done);
            int part = Math.Min(page.Length, count - done);
            page[..part].CopyTo(buffer[done..]);
            done += part;
        }

        Position += count;
        return count;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        for (int done = 0; done < buffer.Length;)
        {
            Span<byte> page = PageFrom(Position + done);
            int part = Math.Min(page.Length, buffer.Length - done);
            buffer.Slice(done, part).CopyTo(page);
            done += part;
        }

        Position += buffer.Length;
        _length = Math.Max(_length, Position);
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => _length + offset,
    };

    public override void SetLength(long value) => _length = value;

    public override void Flush()
    {
    }

    private void WritePages(Stream target, long from, long to)
    {
        while (from < to)
        {
            ReadOnlySpan<byte> page = PageFrom(from);
            page = page[..(int)Math.Min(page.Length, to - from)];
            target.Write(page);
            from += page.Length;
        }
    }

    private Span<byte> PageFrom(long position)
    {
        long number = position / PageLength;
        if (!_pages.TryGetValue(number, out byte[]? page))
            _pages[number] = page = new byte[PageLength];
        return page.AsSpan((int)(position % PageLength));
    }
}
