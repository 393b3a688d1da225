using System.Runtime.InteropServices;

namespace CifarVision.Runtime;

/// <summary>Describes the tensor of a weight, and creates it when it is needed.</summary>
/// <param name="shape">The shape, in Keras' layout.</param>
/// <param name="memoryOrder">The axes from the outermost to the innermost in memory; empty for the order of the shape.</param>
/// <param name="fill">Writes the initial values, in row-major order; null if they come from a file.</param>
internal sealed class InitialTensor(TensorShape shape, long[] memoryOrder, InitialTensor.Filler? fill)
{
    /// <summary>Writes the initial values.</summary>
    public delegate void Filler(Span<float> values);

    /// <summary>The shape, in Keras' layout.</summary>
    public TensorShape Shape => shape;

    /// <summary>The dtype of the tensor.</summary>
    public required ScalarType Type { get; set; }

    /// <summary>The device of the tensor.</summary>
    public required Device Device { get; set; }

    /// <summary>Creates the tensor with its initial values.</summary>
    public Tensor Create()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        Tensor tensor = CreateEmpty();
        if (fill is not null)
        {
            // In torch's memory: the garbage collector would keep a managed array of this size for a long time.
            Tensor values = torch.empty(shape.Dims.ToArray(), ScalarType.Float32, torch.CPU);
            fill(MemoryMarshal.Cast<byte, float>(values.bytes));
            tensor.copy_(values);
        }

        return scope.MoveToOuter(tensor);
    }

    /// <summary>Creates the tensor for values that follow at once.</summary>
    public Tensor CreateEmpty()
    {
        if (memoryOrder.Length == 0)
            return torch.empty(shape.Dims.ToArray(), Type, Device);
        using DisposeScope scope = torch.NewDisposeScope();
        var inMemory = new long[shape.Rank];
        var back = new long[shape.Rank];
        for (int i = 0; i < shape.Rank; i++)
        {
            inMemory[i] = shape.Dims[(int)memoryOrder[i]];
            back[memoryOrder[i]] = i;
        }

        return scope.MoveToOuter(torch.empty(inMemory, Type, Device).permute(back));
    }
}
