namespace CifarVision.Runtime;

/// <summary>A variable of a layer: a kernel, a bias, a moving average. It outlives training steps.</summary>
public sealed class Weight
{
    private readonly InitialTensor? _initial;
    private readonly Lock _creation = new();
    private volatile Tensor? _value;
    private bool _trainable;
    private bool _isDisposed;

    /// <summary>Creates a weight of an existing tensor.</summary>
    internal Weight(string name, string path, Tensor value, bool trainable)
    {
        Name = name;
        Path = path;
        _value = value.DetachFromDisposeScope();
        Trainable = trainable;
    }

    /// <summary>Creates a weight whose tensor is created when it is first used.</summary>
    internal Weight(string name, string path, InitialTensor initial, bool trainable)
    {
        Name = name;
        Path = path;
        _initial = initial;
        _trainable = trainable;
    }

    /// <summary>Keras' name in the layer: <c>kernel</c>, <c>bias</c>, <c>gamma</c>, <c>moving_mean</c>.</summary>
    public string Name { get; }

    /// <summary>Keras' path in the model: <c>conv2d/kernel</c>.</summary>
    public string Path { get; internal set; }

    /// <summary>Whether an optimizer updates the weight. Set through the layer's <c>Trainable</c>.</summary>
    public bool Trainable
    {
        get => _trainable;
        internal set
        {
            _trainable = value;
            _value?.requires_grad_(value);
        }
    }

    /// <summary>
    /// The tensor in Keras' layout: (kh, kw, in, out) for a convolution, (in, out) for a dense layer. Its memory order is the one that torch's kernels need, so it
    /// may be non-contiguous. Change it in place under <c>torch.no_grad()</c>. In a model that was created from a config, the first use allocates and initializes it.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public Tensor Value => Existing ?? Create(initial => initial.Create());

    /// <summary>The shape of <see cref="Value"/>.</summary>
    internal ReadOnlySpan<long> Shape => Existing is { } value ? value.shape : _initial!.Shape.Dims;

    /// <summary>The dtype of <see cref="Value"/>.</summary>
    internal ScalarType Type => Existing?.dtype ?? _initial!.Type;

    /// <summary>The device of <see cref="Value"/>.</summary>
    internal Device Device => Existing?.device ?? _initial!.Device;

    /// <summary>The number of values.</summary>
    internal long Count => Existing?.numel() ?? _initial!.Shape.ElementCount;

    /// <summary>The tensor for values that the caller writes at once: all of them, so that they need not be initialized.</summary>
    internal Tensor ValueToOverwrite => Existing ?? Create(initial => initial.CreateEmpty());

    // Null before the first use.
    private Tensor? Existing => _isDisposed || _value is { IsInvalid: true }
        ? throw new ObjectDisposedException(Path, $"Weight: '{Path}' belongs to a model that was disposed. Load or create it again.")
        : _value;

    /// <summary>The owner of the buffer that the values are part of; null where they are a tensor of their own.</summary>
    internal object? Buffer { get; set; }

    /// <summary>Computes the constrained values, which the optimizer assigns after each update; null for no constraint.</summary>
    internal Func<Tensor, Tensor>? Constraint { get; init; }

    /// <summary>Returns a copy of the values in Keras' layout.</summary>
    public NDArray ToArray() => ArrayConversion.ToNDArray(Value);

    /// <summary>Sets the values. The memory order of the tensor does not change.</summary>
    /// <param name="values">The values, in the shape of <see cref="Value"/>.</param>
    /// <exception cref="ArgumentException">The shape differs.</exception>
    public void Assign(NDArray values)
    {
        RequireShape(values);
        using var scope = torch.NewDisposeScope();
        CopyFrom(ArrayConversion.ToTensor(values, Device));
    }

    /// <summary>Sets the values from a tensor of the same shape.</summary>
    internal void CopyFrom(Tensor values)
    {
        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Tensor value = ValueToOverwrite;
        Tensor target = value.dim() > 1 ? value.movedim([-1], [0]) : value;
        if (target.is_contiguous() && !value.is_contiguous())
        {
            // The same copy as a matrix transposition, which torch does in blocks, eight times as fast.
            long rows = target.shape[0];
            target.reshape(rows, -1).copy_(values.movedim([-1], [0]).reshape(rows, -1));
        }
        else
        {
            value.copy_(values);
        }

        GC.KeepAlive(this);
        GC.KeepAlive(values);
    }

    /// <summary>Checks the shape and type of an array before anything is changed.</summary>
    internal void RequireShape(NDArray values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _ = ArrayConversion.ElementType(values);
        if (!values.shape.AsSpan().SequenceEqual(Shape))
        {
            throw new ArgumentException(
                $"Weight: values for {Path} must have the shape {TensorShape.Format(Shape)}, but was {TensorShape.Format(values.shape)}.", nameof(values));
        }
    }

    /// <summary>Rebinds the weight to the tensor with which a TorchSharp module replaced the previous one.</summary>
    internal void Follow(Tensor tensor) => _value = tensor.DetachFromDisposeScope().requires_grad_(_trainable);

    /// <summary>Returns the values in another dtype or on another device, in the same memory order; null if nothing changes or there are no values yet.</summary>
    internal Tensor? Converted(ScalarType type, Device device)
    {
        if (Existing is not { } value || (value.dtype == type && value.IsOn(device)))
            return null;
        using var noGrad = torch.no_grad();
        return value.to(type, device).DetachFromDisposeScope();
    }

    /// <summary>Replaces the tensor by a converted one, and frees the old.</summary>
    internal void Replace(Tensor converted)
    {
        _value!.Dispose();
        _value = converted.requires_grad_(_trainable);
    }

    /// <summary>Sets the dtype and the device in which the tensor will be created, if it does not exist yet.</summary>
    internal void Place(ScalarType type, Device device)
    {
        if (Existing is null)
            (_initial!.Type, _initial.Device) = (type, device);
    }

    /// <summary>Frees the tensor; again it does nothing.</summary>
    internal void Dispose()
    {
        _isDisposed = true;
        _value?.Dispose();
    }

    // Several threads may predict.
    private Tensor Create(Func<InitialTensor, Tensor> create)
    {
        lock (_creation)
            return Existing ?? (_value = create(_initial!).DetachFromDisposeScope().requires_grad_(_trainable));
    }
}
