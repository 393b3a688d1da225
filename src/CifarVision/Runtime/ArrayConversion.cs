namespace CifarVision.Runtime;

/// <summary>Converts NumSharp arrays to tensors and back. Every NDArray that enters or leaves the library is converted here.</summary>
internal static unsafe class ArrayConversion
{
    /// <summary>Copies an array to a tensor on <paramref name="device"/>, of the same element type and shape.</summary>
    public static Tensor ToTensor(NDArray array, Device device)
    {
        NDArray contiguous = np.ascontiguousarray(array);
        Tensor tensor = torch.empty(array.shape, ElementType(array), torch.CPU);
        Bytes(contiguous).CopyTo(tensor.bytes);
        GC.KeepAlive(contiguous);
        return tensor.IsOn(device) ? tensor : tensor.to(device, disposeAfter: true);
    }

    /// <summary>Copies a tensor to an array in row-major order; bfloat16 becomes float32.</summary>
    public static NDArray ToNDArray(Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        Tensor source = tensor.detach();
        if (source.dtype == ScalarType.BFloat16)
            source = source.to(ScalarType.Float32);
        source = source.cpu().contiguous();
        NDArray array = Empty(source.shape, source.dtype);
        source.bytes.CopyTo(Bytes(array));
        GC.KeepAlive(array);
        GC.KeepAlive(tensor);
        return array;
    }

    /// <summary>Creates an array whose values are still to be set.</summary>
    public static NDArray Empty(long[] shape, ScalarType type) => np.empty(new Shape(shape), ArrayType(type));

    /// <summary>Whether the memory of a tensor is on the CPU and holds its values in row-major order.</summary>
    public static bool IsPlain(this Tensor tensor) => tensor.device_type == DeviceType.CPU && tensor.is_contiguous();

    /// <summary>Writes the values of a tensor in row-major order.</summary>
    public static void WriteTo(this Tensor tensor, Stream stream)
    {
        using var scope = torch.NewDisposeScope();
        Tensor plain = tensor.detach().cpu().contiguous();
        stream.Write(plain.bytes);
        GC.KeepAlive(plain);
        GC.KeepAlive(tensor);
    }

    /// <summary>Writes the values of an array in row-major order.</summary>
    public static void WriteTo(this NDArray array, Stream stream)
    {
        NDArray contiguous = np.ascontiguousarray(array);
        stream.Write(Bytes(contiguous));
        GC.KeepAlive(contiguous);
    }

    /// <summary>Returns the memory of a contiguous array. Keep the array alive while the span is used.</summary>
    public static Span<byte> Bytes(NDArray contiguous) => new(Address(contiguous), checked((int)(contiguous.size * contiguous.dtypesize)));

    /// <summary>Returns the address of a contiguous array. Keep the array alive while the address is used.</summary>
    /// <remarks>Not <c>Unsafe.Address</c>, which throws for the first rows of another array although they are contiguous.</remarks>
    public static byte* Address(NDArray contiguous) =>
        (byte*)contiguous.Unsafe.Storage.Address + (contiguous.Shape.Offset * contiguous.dtypesize);

    /// <summary>Returns the torch type with the same bits as the elements of the array.</summary>
    public static ScalarType ElementType(NDArray array) => array.typecode switch
    {
        NPTypeCode.Single => ScalarType.Float32,
        NPTypeCode.Double => ScalarType.Float64,
        NPTypeCode.Byte => ScalarType.Byte,
        NPTypeCode.Int32 => ScalarType.Int32,
        NPTypeCode.Int64 => ScalarType.Int64,
        NPTypeCode.Boolean => ScalarType.Bool,
        _ => throw new ArgumentException($"ArrayConversion: arrays must be of type float32, float64, uint8, int32, int64 or bool, but was {array.dtype.Name}. Convert it with astype."),
    };

    private static Type ArrayType(ScalarType type) => type switch
    {
        ScalarType.Float32 => typeof(float),
        ScalarType.Float64 => typeof(double),
        ScalarType.Byte => typeof(byte),
        ScalarType.Int32 => typeof(int),
        ScalarType.Int64 => typeof(long),
        ScalarType.Bool => typeof(bool),
        _ => throw new ArgumentException($"ArrayConversion: tensors must be of type float32, float64, bfloat16, uint8, int32, int64 or bool, but was {type}. Convert it with to."),
    };
}
