using CifarVision.Datasets;
using CifarVision.Runtime;

namespace CifarVision.Tests.Training;

/// <summary>Eight rows that count how often they were filled.</summary>
internal sealed class CountedRows : RowSource
{
    private int _begun;
    private int _filled;

    /// <summary>How many fillings were finished.</summary>
    public int Filled => Volatile.Read(ref _filled);

    /// <summary>How many fillings were begun.</summary>
    public int Begun => Volatile.Read(ref _begun);

    public override int Count => 8;

    public override TensorShape RowShape => new(4);

    public override ScalarType Type => ScalarType.Byte;

    public override bool IsInMemory => false;

    public override void Fill(ReadOnlyMemory<int> rows, Memory<byte> target, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _begun);
        target.Span.Fill((byte)rows.Span[0]);
        Interlocked.Increment(ref _filled);
    }

    public override RowSource Rows(int start, int count) => this;
}
