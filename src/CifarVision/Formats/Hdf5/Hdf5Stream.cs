using System.Runtime.CompilerServices;

namespace CifarVision.Formats.Hdf5;

/// <summary>
/// What PureHDF reads an HDF5 file from. A damaged file can make it read without end or call itself without end; it reads at every turn, so
/// this stream ends both by an exception.
/// </summary>
/// <param name="file">The file; closed with this stream.</param>
/// <param name="most">The bytes that may be read, unless <see cref="Allow"/> adds to them.</param>
internal sealed class Hdf5Stream(Stream file, long most) : Stream
{
    private long _left = most;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    /// <summary>Lets more bytes be read.</summary>
    public void Allow(long bytes) => _left += bytes;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        // Reading nothing is a step, too.
        _left -= Math.Max(1, buffer.Length);
        return _left >= 0 ? file.Read(buffer) : throw new InvalidDataException("it leads in a circle.");
    }

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }
}
