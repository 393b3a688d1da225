using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <summary>
/// Weights whose values are parts of one buffer, as are their slots. An elementwise update rule treats the buffers as one weight: on a graphics card it
/// takes the few kernels of one weight instead of as many for each.
/// </summary>
internal sealed class WeightGroup : IDisposable
{
    // In values. Kernels read weights fastest from addresses that are aligned, as those of separate tensors are.
    private const long Alignment = 64;

    private readonly Weight[] _members;
    private readonly Tensor[] _values;
    private readonly long[][] _order;
    private readonly Tensor _padding;

    /// <summary>Moves the values of weights of one type, on one device, into a buffer.</summary>
    public WeightGroup(IReadOnlyList<Weight> members)
    {
        _members = [.. members];
        _values = [.. members.Select(weight => weight.Value)];
        _order = [.. _values.Select(AxesInMemory)];
        _padding = torch.zeros(Alignment, _values[0].dtype, _values[0].device).DetachFromDisposeScope();
        All = new Weight(members[0].Name, members[0].Path, Move(_values), trainable: false);
        foreach (Weight member in members)
            member.Buffer = this;
    }

    /// <summary>The weights.</summary>
    public IReadOnlyList<Weight> Members => _members;

    /// <summary>All weights as one, with the name of the first.</summary>
    public Weight All { get; }

    /// <summary>Whether all weights are still parts of the buffer: a weight leaves it when it is converted, or joins that of another optimizer.</summary>
    public bool IsIntact => _members.Index().All(member => member.Item.Buffer == this && ReferenceEquals(member.Item.Value, _values[member.Index]));

    /// <summary>Returns the values of tensors, one for each weight and in its shape, in the order of the buffer.</summary>
    public Tensor Gather(IReadOnlyList<Tensor> tensors)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        var parts = new List<Tensor>();
        foreach ((int i, Tensor tensor) in tensors.Index())
        {
            Tensor part = tensor.detach().permute(_order[i]).reshape(-1);
            parts.Add(part);
            if (Padding(part.shape[0]) is > 0 and long padding)
                parts.Add(_padding.narrow(0, 0, padding));
        }

        return scope.MoveToOuter(torch.cat(parts));
    }

    /// <summary>Moves tensors, one for each weight and in its shape, into a buffer and returns it. The tensor objects stay.</summary>
    public Tensor Move(IReadOnlyList<Tensor> tensors)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        Tensor buffer = Gather(tensors).DetachFromDisposeScope();
        long start = 0;
        foreach ((int i, Tensor tensor) in tensors.Index())
        {
            long count = tensor.NumberOfElements;
            long[] shape = [.. _order[i].Select(axis => tensor.shape[axis])];
            long[] back = [.. Enumerable.Range(0, shape.Length).Select(axis => (long)Array.IndexOf(_order[i], axis))];
            tensor.set_(buffer.narrow(0, start, count).view(shape).permute(back));
            start += count + Padding(count);
        }

        return buffer;
    }

    /// <summary>Releases the buffer; the weights keep its memory for as long as they use it.</summary>
    public void Dispose()
    {
        _padding.Dispose();
        All.Dispose();
        foreach (Weight member in _members.Where(member => member.Buffer == this))
            member.Buffer = null;
    }

    private static long Padding(long count) => (Alignment - (count % Alignment)) % Alignment;

    // The axes from the slowest to the fastest in memory.
    private static long[] AxesInMemory(Tensor value)
    {
        long[] strides = value.stride();
        return [.. Enumerable.Range(0, strides.Length).OrderByDescending(axis => strides[axis]).Select(axis => (long)axis)];
    }
}
