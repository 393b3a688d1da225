using CifarVision.Runtime;
using CifarVision.Formats;

namespace CifarVision.Layers;

/// <summary>The base of layers that merge several tensors into one: <c>new Concatenate().Call(a, b)</c>.</summary>
public abstract class Merge : Layer
{
    private protected Merge(string? name)
        : base(name)
    {
    }

    internal override bool TakesList => true;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => MergeShapes([inputShape]);

    /// <inheritdoc/>
    protected internal override IReadOnlyList<TensorShape> ComputeOutputShape(IReadOnlyList<TensorShape> inputShapes) => [MergeShapes(inputShapes)];

    /// <inheritdoc/>
    protected override void BuildCore(IReadOnlyList<TensorShape> inputShapes)
    {
    }

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => MergeTensors([x]);

    /// <inheritdoc/>
    protected override IReadOnlyList<Tensor> ForwardCore(IReadOnlyList<Tensor> inputs, bool training) => [MergeTensors(inputs)];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> ExportOnnxCore(OnnxGraph graph, IReadOnlyList<string> inputs) => [MergeInOnnx(graph, inputs)];

    private protected override IReadOnlyList<TensorFlowJsTensor> ExportTensorFlowJsCore(TensorFlowJsModel model, IReadOnlyList<TensorFlowJsTensor> inputs) =>
        [inputs.Count == 1 ? inputs[0] : MergeInTensorFlowJs(model, inputs)];

    /// <summary>Computes the output shape.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    private protected abstract TensorShape MergeShapes(IReadOnlyList<TensorShape> shapes);

    /// <summary>Computes the output of inputs whose shapes <see cref="MergeShapes"/> accepted.</summary>
    private protected abstract Tensor MergeTensors(IReadOnlyList<Tensor> inputs);

    /// <summary>Adds the operators that compute the same.</summary>
    private protected abstract string MergeInOnnx(OnnxGraph graph, IReadOnlyList<string> inputs);

    /// <summary>Adds the TensorFlow.js layer that computes the same from two or more inputs.</summary>
    private protected abstract TensorFlowJsTensor MergeInTensorFlowJs(TensorFlowJsModel model, IReadOnlyList<TensorFlowJsTensor> inputs);

    private protected void RequireTwo(IReadOnlyList<TensorShape> shapes)
    {
        if (shapes.Count != 2)
            throw new ArgumentException($"{GetType().Name}: '{Name}' must be given 2 inputs, but was given {shapes.Count}.");
    }
}
