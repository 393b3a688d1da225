using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Permutes the axes of each sample; <c>new Permute([2, 1])</c> transposes matrices: (N, A, B) -> (N, B, A).</summary>
public sealed class Permute : Layer
{
    private readonly int[] _dims;

    /// <summary>Creates the layer.</summary>
    /// <param name="dims">The axes of the input in the order of the output, counted from 1: the batch is axis 0 and stays.</param>
    /// <param name="name">The name, unique in a model. Default <c>permute</c>, numbered.</param>
    /// <exception cref="ArgumentException">The axes are not 1, 2, 3, ... in some order.</exception>
    public Permute(IReadOnlyList<int> dims, string? name = null)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(dims);
        _dims = [.. dims];
        if (!_dims.Order().SequenceEqual(Enumerable.Range(1, _dims.Length)))
            throw new ArgumentException($"Permute: dims must hold each axis from 1 on once, but was [{string.Join(", ", _dims)}].", nameof(dims));
    }

    /// <summary>The axes of the input in the order of the output, counted from 1.</summary>
    public IReadOnlyList<int> Dims => _dims;

    /// <inheritdoc/>
    public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape.Rank == _dims.Length
        ? new TensorShape([.. _dims.Select(axis => inputShape[axis - 1])])
        : throw new ArgumentException(FormattableString.Invariant($"Permute: expected input of rank {_dims.Length + 1}, the batch and {_dims.Length} axes, but was {inputShape}."), nameof(inputShape));

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["dims"] = new JsonArray([.. _dims]);
        return config;
    }

    internal static Permute FromConfig(KerasConfig config) => new(config.Required<int[]>("dims", "a list of whole numbers"), config.Name());

    /// <inheritdoc/>
    protected override string ExportOnnxCore(OnnxGraph graph, string input) => graph.Add("Transpose", [input], ("perm", WithBatch()));

    /// <inheritdoc/>
    protected override Tensor ForwardCore(Tensor x, bool training) => x.permute(WithBatch()).contiguous();

    private protected override TensorFlowJsTensor ExportTensorFlowJsCore(TensorFlowJsModel model, TensorFlowJsTensor input) =>
        AddTo(model, "Permute", new() { ["dims"] = new JsonArray([.. _dims]) }, [input]);

    private long[] WithBatch() => [0, .. _dims.Select(axis => (long)axis)];
}
