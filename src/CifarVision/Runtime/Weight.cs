namespace CifarVision.Runtime;

/// <summary>One variable of a layer: a kernel, a bias, a moving average. It outlives the steps that change it.</summary>
public sealed class Weight
{
    private bool _trainable;

    internal Weight(string name, string path, Tensor value, bool trainable)
    {
        Name = name;
        Path = path;
        Value = value.DetachFromDisposeScope();
        Trainable = trainable;
    }

    /// <summary>Keras' name inside the layer: <c>kernel</c>, <c>bias</c>, <c>gamma</c>, <c>moving_mean</c>.</summary>
    public string Name { get; }

    /// <summary>Keras' path inside the model: <c>conv2d/kernel</c>.</summary>
    public string Path { get; internal set; }

    /// <summary>Whether an optimizer changes it. Set through the layer's <c>Trainable</c>.</summary>
    public bool Trainable
    {
        get => _trainable;
        internal set
        {
            _trainable = value;
            Value.requires_grad_(value);
        }
    }

    /// <summary>
    /// The tensor in Keras' layout: (kh, kw, in, out) for a convolution, (in, out) for a dense layer. Its memory order is the one torch's
    /// kernels want, so it may be non-contiguous. Change it in place under <c>torch.no_grad()</c>.
    /// </summary>
    public Tensor Value { get; private set; }

    /// <summary>Returns the values to which an optimizer brings the weight back after each step; null for no constraint.</summary>
    internal Func<Tensor, Tensor>? Constraint { get; init; }

    /// <summary>A copy of the values in Keras' layout.</summary>
    public NDArray ToArray() => ArrayConversion.ToNDArray(Value);

    /// <summary>Copies values in; the tensor's memory order stays.</summary>
    /// <param name="values">The same shape as <see cref="Value"/>.</param>
    /// <exception cref="ArgumentException">The shape differs.</exception>
    public void Assign(NDArray values)
    {
        RequireShape(values);
        using var scope = torch.NewDisposeScope();
        CopyFrom(ArrayConversion.ToTensor(values, Value.device));
    }

    /// <summary>Copies the values of a tensor of the same shape in.</summary>
    internal void CopyFrom(Tensor values)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor target = Value.dim() > 1 ? Value.movedim([-1], [0]) : Value;
        if (target.is_contiguous() && !Value.is_contiguous())
        {
            // The same copy, seen as a matrix whose rows lie in order in the target: torch transposes that in blocks, eight times as fast.
            long rows = target.shape[0];
            target.reshape(rows, -1).copy_(values.movedim([-1], [0]).reshape(rows, -1));
        }
        else
        {
            Value.copy_(values);
        }

        GC.KeepAlive(this);
        GC.KeepAlive(values);
    }

    /// <summary>Checks, before anything is changed, that an array fits.</summary>
    internal void RequireShape(NDArray values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (!values.shape.AsSpan().SequenceEqual(Value.shape))
        {
            throw new ArgumentException(
                $"Weight: values for {Path} must have the shape {TensorShape.Format(Value.shape)}, but was {TensorShape.Format(values.shape)}.", nameof(values));
        }
    }

    /// <summary>Stands for another tensor from now on: the one a TorchSharp module put in the place of the last.</summary>
    internal void Follow(Tensor tensor) => Value = tensor.DetachFromDisposeScope().requires_grad_(_trainable);

    /// <summary>Moves the values to another device or dtype; memory order stays.</summary>
    internal void ConvertTo(ScalarType type, Device device)
    {
        if (Value.dtype == type && Value.IsOn(device))
            return;
        Tensor old = Value;
        using (torch.no_grad())
            Value = old.to(type, device).DetachFromDisposeScope();
        Value.requires_grad_(_trainable);
        old.Dispose();
    }
}
