using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Layers;

/// <summary>Concatenates its inputs along an axis: <c>new Concatenate().Call(a, b)</c>. All other axes must have equal lengths.</summary>
/// <param name="axis">The axis, counted with the batch as axis 0, or from the end if negative. Default -1, the last.</param>
/// <param name="name">The name, unique in a model. Default <c>concatenate</c>, numbered.</param>
public sealed class Concatenate(int axis = -1, string? name = null) : Merge(name)
{
    /// <summary>The axis as given.</summary>
    public int Axis { get; } = axis;

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["axis"] = Axis;
        return config;
    }

    internal static Concatenate FromConfig(KerasConfig config) => new(config.Whole("axis", -1), config.Name());

    private protected override TensorShape MergeShapes(IReadOnlyList<TensorShape> shapes)
    {
        TensorShape first = shapes[0];
        int axis = Axis < 0 ? first.Rank + Axis : Axis - 1;
        if (axis < 0 || axis >= first.Rank)
            throw new ArgumentException(FormattableString.Invariant($"Concatenate: axis must be one of the sample's, but was {Axis} for {first}. Axis 0 is the batch."));
        var dims = first.Dims.ToArray();
        foreach (TensorShape shape in shapes.Skip(1))
        {
            if (shape.Rank != first.Rank || shape.Dims.ToArray().Index().Any(dim => dim.Index != axis && dim.Item != dims[dim.Index]))
                throw new ArgumentException(FormattableString.Invariant($"Concatenate: '{Name}' must be given inputs of equal shapes but for axis {Axis}, but was given {string.Join(", ", shapes)}."));
            dims[axis] += shape[axis];
        }

        return dims;
    }

    private protected override Tensor MergeTensors(IReadOnlyList<Tensor> inputs) => torch.cat([.. inputs], Axis);

    private protected override string MergeInOnnx(OnnxGraph graph, IReadOnlyList<string> inputs) => graph.Add("Concat", inputs, ("axis", Axis));

    // TensorFlow.js treats every negative axis as the last.
    private protected override TensorFlowJsTensor MergeInTensorFlowJs(TensorFlowJsModel model, IReadOnlyList<TensorFlowJsTensor> inputs) =>
        AddTo(model, "Concatenate", new() { ["axis"] = Axis < 0 ? inputs[0].Shape.Rank + 1 + Axis : Axis }, inputs);
}
