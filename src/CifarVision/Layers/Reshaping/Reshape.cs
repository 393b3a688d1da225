using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Reshapes each sample, in row-major order: (N, ...) -> (N, targetShape).</summary>
public sealed class Reshape : Layer
{
    // In ONNX, 0 keeps the length of the input's axis.
    private const long AsInInput = 0;
    private readonly long[] _target;

    /// <summary>Creates the layer.</summary>
    /// <param name="targetShape">The shape of one output sample, without the batch.</param>
    /// <param name="name">The name, unique in a model. Default <c>reshape</c>, numbered.</param>
    public Reshape(TensorShape targetShape, string? name = null)
        : this(targetShape.Dims.ToArray(), name)
    {
    }

    /// <summary>Creates the layer for a shape of which one axis may be inferred: <c>new Reshape([-1, 64])</c>.</summary>
    /// <param name="targetShape">The axes of one output sample, without the batch; at most one of them -1.</param>
    /// <param name="name">The name, unique in a model. Default <c>reshape</c>, numbered.</param>
    /// <exception cref="ArgumentException">An axis is 0 or less than -1, or more than one is -1.</exception>
    public Reshape(long[] targetShape, string? name = null)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(targetShape);
        _target = [.. targetShape];
        if (_target.Any(dim => dim is 0 or < -1) || _target.Count(dim => dim == -1) > 1)
            throw new ArgumentException($"Reshape: targetShape must hold lengths of at least 1 and at most one -1, but was {TensorShape.Format(_target)}.", nameof(targetShape));
    }

    /// <summary>The axes of one output sample; -1 for the one that is inferred.</summary>
    public IReadOnlyList<long> TargetShape => _target;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape)
    {
        long known = _target.Where(dim => dim != -1).Aggregate(1L, (product, dim) => checked(product * dim));
        long[] output = [.. _target.Select(dim => dim == -1 ? inputShape.ElementCount / known : dim)];
        return output.Aggregate(1L, (product, dim) => checked(product * dim)) == inputShape.ElementCount
            ? output
            : throw new ArgumentException($"Reshape: targetShape must hold the {inputShape.ElementCount} values of {inputShape}, but was {TensorShape.Format(_target)}.", nameof(inputShape));
    }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["target_shape"] = new JsonArray([.. _target]);
        return config;
    }

    internal static Reshape FromConfig(KerasConfig config) => new(config.Required<long[]>("target_shape", "a list of whole numbers"), config.Name());

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input) =>
        graph.Add("Reshape", [input, graph.Constant("shape", torch.tensor(ComputeOutputShape(graph.ShapeOf(input)).WithBatch(AsInInput), device: torch.CPU))]);

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => x.reshape(ComputeOutputShape(x.shape[1..]).WithBatch(x.shape[0]));

    // TensorFlow.js' Reshape does not take inputs that are flat already if the shape stays the same.
    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) =>
        ComputeOutputShape(input.Shape) == input.Shape ? input : AddTo(model, "Reshape", new() { ["target_shape"] = new JsonArray([.. _target]) }, [input]);
}
