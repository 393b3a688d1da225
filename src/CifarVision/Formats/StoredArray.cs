using CifarVision.Runtime;

namespace CifarVision.Formats;

/// <summary>An array in a file. Shape and type are known, and values are read on demand.</summary>
/// <param name="Shape">The axes; empty for a scalar.</param>
/// <param name="Type">The type of the values.</param>
/// <param name="Fill">Reads the values, in row-major order, into memory of the same length.</param>
internal sealed record StoredArray(long[] Shape, ScalarType Type, StoredArray.Reader Fill)
{
    /// <summary>Reads values into memory.</summary>
    /// <param name="values">Memory of the length of the array.</param>
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

    /// <summary>Reads the values into a weight of the same shape, directly if its memory has the order of the file.</summary>
    public void ReadInto(Weight weight)
    {
        using var scope = torch.NewDisposeScope();
        Tensor value = weight.ValueToOverwrite;
        if (Type == value.dtype && value.IsPlain())
            Fill(value.bytes);
        else
            weight.CopyFrom(ReadTensor());
    }
}
