using System.Runtime.CompilerServices;
using CifarVision.Runtime;

namespace CifarVision.Layers;

/// <content>Calls on symbolic tensors, from which models are built, and on several arrays.</content>
public abstract partial class Layer
{
    private readonly List<Node> _calls = [];

    /// <summary>The input of the layer's only call.</summary>
    /// <exception cref="InvalidOperationException">The layer was not called, or more than once, or on several tensors.</exception>
    public KerasTensor Input => OnlyTensor(OnlyCall(nameof(Input)).Inputs, nameof(Input));

    /// <summary>The output of the layer's only call, for example for <c>new Model(model.Inputs[0], model.GetLayer("conv2d").Output)</c>.</summary>
    /// <exception cref="InvalidOperationException">The layer was not called, or more than once, or has several outputs.</exception>
    public KerasTensor Output => OnlyTensor(OnlyCall(nameof(Output)).Outputs, nameof(Output));

    /// <summary>Calls the layer on symbolic tensors, which builds it if needed (Keras: <c>layer(x)</c>, <c>layer([a, b])</c>).</summary>
    /// <param name="inputs">One tensor, or several for a layer that merges.</param>
    /// <returns>The only output; for a layer with several, use <see cref="CallMany"/>.</returns>
    /// <exception cref="ArgumentException">The layer cannot take these inputs.</exception>
    /// <exception cref="InvalidOperationException">The layer has several outputs.</exception>
    public KerasTensor Call(params KerasTensor[] inputs)
    {
        IReadOnlyList<KerasTensor> outputs = CallMany(inputs);
        return outputs.Count == 1
            ? outputs[0]
            : throw new InvalidOperationException($"{GetType().Name}: '{Name}' has {outputs.Count} outputs. Use {nameof(CallMany)}.");
    }

    /// <summary>Calls the layer on symbolic tensors; returns all of its outputs.</summary>
    /// <param name="inputs">At least one tensor.</param>
    /// <exception cref="ArgumentException">The layer cannot take these inputs.</exception>
    public IReadOnlyList<KerasTensor> CallMany(IReadOnlyList<KerasTensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return CallOn([.. inputs], isList: inputs.Count != 1 || TakesList).Outputs;
    }

    /// <summary>Computes the output for several arrays (Keras: <c>layer([a, b])</c>); builds the layer if needed.</summary>
    /// <param name="x">The inputs, each (N, ...); cast to the layer's type, never scaled.</param>
    /// <param name="training">Whether to behave as in a training step. Default false.</param>
    /// <returns>(N, ...), float32.</returns>
    /// <exception cref="ArgumentException">The layer cannot take these inputs.</exception>
    /// <exception cref="InvalidOperationException">The layer has several outputs.</exception>
    [OverloadResolutionPriority(1)]
    public NDArray Call(IReadOnlyList<NDArray> x, bool training = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        TorchRuntime.EnsureLoaded();
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        IReadOnlyList<Tensor> outputs = Forward([.. x.Select(array => ArrayConversion.ToTensor(array, Device))], training);
        return outputs.Count == 1
            ? ArrayConversion.ToNDArray(outputs[0])
            : throw new InvalidOperationException($"{GetType().Name}: '{Name}' has {outputs.Count} outputs. Use Predict.");
    }

    /// <summary>Whether the layer takes a list even of a single input.</summary>
    internal virtual bool TakesList => false;

    /// <summary>The calls inside a model, in the order in which they run; null for other layers, and before the model is built.</summary>
    internal virtual (IReadOnlyList<KerasTensor> Inputs, IReadOnlyList<Node> Calls, IReadOnlyList<KerasTensor> Outputs)? InnerCalls => null;

    /// <summary>Whether the layer was called on symbolic tensors.</summary>
    internal bool IsCalled => _calls.Count > 0;

    /// <summary>Calls the layer; <paramref name="isList"/> tells whether on a list.</summary>
    internal Node CallOn(IReadOnlyList<KerasTensor> inputs, bool isList, bool? training = null)
    {
        if (inputs.Count == 0)
            throw new ArgumentException($"{GetType().Name}: '{Name}' must be called on at least one tensor.", nameof(inputs));
        foreach (KerasTensor input in inputs)
            ArgumentNullException.ThrowIfNull(input, nameof(inputs));
        TensorShape[] shapes = [.. inputs.Select(input => input.Shape)];
        Build(shapes);
        return AddCall(new Node(this, inputs, isList, ComputeOutputShape(shapes)) { Training = training });
    }

    /// <summary>The number of a call among all calls of the layer.</summary>
    internal int CallIndex(Node call) => _calls.IndexOf(call);

    /// <summary>Removes a call that its model no longer contains.</summary>
    internal void RemoveCall(Node call) => _calls.Remove(call);

    private protected Node AddCall(Node call)
    {
        _calls.Add(call);
        return call;
    }

    private Node OnlyCall(string property) => _calls switch
    {
        [Node only] => only,
        [] => throw new InvalidOperationException($"{GetType().Name}: '{Name}' has no {property} yet, since it was not called. Call it on a tensor of Keras.Input, or give its model an input shape."),
        _ => throw new InvalidOperationException($"{GetType().Name}: '{Name}' was called {_calls.Count} times, so {property} is ambiguous. Keep what each call returned."),
    };

    private KerasTensor OnlyTensor(IReadOnlyList<KerasTensor> tensors, string property) => tensors.Count == 1
        ? tensors[0]
        : throw new InvalidOperationException($"{GetType().Name}: '{Name}' has {tensors.Count} tensors for {property}. Keep what {nameof(CallMany)} returned.");
}
