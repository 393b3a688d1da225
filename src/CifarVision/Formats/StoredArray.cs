using CifarVision.Runtime;

namespace CifarVision.Formats;

/// <summary>One array of a file: shape and type, known at once, and its values, read when asked for.</summary>
/// <param name="Shape">The axes; empty for a number.</param>
/// <param name="Type">The type of the values.</param>
/// <param name="Fill">Reads the values, in row-major order, into memory of their length.</param>
internal sealed record StoredArray(long[] Shape, ScalarType Type, StoredArray.Reader Fill)
{
    /// <summary>Reads values into memory.</summary>
    /// <param name="values">As many bytes as the array has.</param>
    public delegate void Reader(Span<byte> values);

    /// <summary>Reads the values into an array.</summary>
    public NDArray Read()
    {
        NDArray array = ArrayConversion.Empty(Shape, Type);
        Fill(ArrayConversion.Bytes(array));
        GC.KeepAlive(array);
        return array;
    }

    /// <summary>Reads the values into a tensor.</summary>
    public Tensor ReadTensor()
    {
        Tensor tensor = torch.empty(Shape, Type, torch.CPU);
        Fill(tensor.bytes);
        return tensor;
    }

    /// <summary>Reads the values into a weight of the same shape, without a copy in between where its memory is in the file's order.</summary>
    public void ReadInto(Weight weight)
    {
        using var scope = torch.NewDisposeScope();
        if (Type == weight.Value.dtype && weight.Value.IsPlain())
            Fill(weight.Value.bytes);
        else
            weight.CopyFrom(ReadTensor());
    }
}
