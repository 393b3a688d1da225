using CifarVision.Runtime;
using CifarVision.Formats;

namespace CifarVision.Layers;

/// <summary>
/// The base of layers that combine several inputs elementwise. Shapes must be equal, or broadcast: an axis may have length 1 or be missing. As in Keras,
/// missing axes are inserted after the batch axis: (N, C) combines with (N, H, W, C) as (N, 1, 1, C).
/// </summary>
public abstract class ElementwiseMerge : Merge
{
    private protected ElementwiseMerge(string? name)
        : base(name)
    {
    }

    /// <summary>The ONNX operator that combines two tensors.</summary>
    private protected abstract string OnnxOperator { get; }

    private protected override TensorShape MergeShapes(IReadOnlyList<TensorShape> shapes) => shapes.Aggregate(Broadcast);

    private protected override Tensor MergeTensors(IReadOnlyList<Tensor> inputs)
    {
        long rank = inputs.Max(x => x.dim());
        return Combine([.. inputs.Select(x => x.dim() == rank ? x : x.reshape([x.shape[0], .. Enumerable.Repeat(1L, (int)(rank - x.dim())), .. x.shape[1..]]))]);
    }

    private protected override string MergeInOnnx(OnnxGraph graph, IReadOnlyList<string> inputs)
    {
        int rank = inputs.Max(input => graph.ShapeOf(input).Rank);
        return CombineInOnnx(graph, [.. inputs.Select(Aligned)]);

        string Aligned(string input)
        {
            int missing = rank - graph.ShapeOf(input).Rank;
            return missing == 0 ? input : graph.Add("Unsqueeze", [input, graph.Constant("axes", torch.tensor([.. Enumerable.Range(1, missing).Select(axis => (long)axis)], device: torch.CPU))]);
        }
    }

    private protected override TensorFlowJsTensor MergeInTensorFlowJs(TensorFlowJsModel model, IReadOnlyList<TensorFlowJsTensor> inputs) =>
        AddTo(model, GetType().Name, [], inputs);

    /// <summary>Adds the operators that compute <see cref="Combine(IReadOnlyList{Tensor})"/>.</summary>
    private protected virtual string CombineInOnnx(OnnxGraph graph, IReadOnlyList<string> inputs) =>
        inputs.Aggregate((x, y) => graph.AddElementwise(OnnxOperator, [x, y]));

    /// <summary>Combines tensors of equal rank.</summary>
    private protected virtual Tensor Combine(IReadOnlyList<Tensor> inputs) => inputs.Aggregate(Combine);

    /// <summary>Combines two tensors of equal rank.</summary>
    private protected abstract Tensor Combine(Tensor x, Tensor y);

    private TensorShape Broadcast(TensorShape left, TensorShape right)
    {
        var dims = new long[Math.Max(left.Rank, right.Rank)];
        for (int fromEnd = 1; fromEnd <= dims.Length; fromEnd++)
        {
            long a = fromEnd <= left.Rank ? left[^fromEnd] : 1;
            long b = fromEnd <= right.Rank ? right[^fromEnd] : 1;
            if (a != b && a != 1 && b != 1)
                throw new ArgumentException($"{GetType().Name}: '{Name}' must be given inputs of shapes that broadcast, but was given {left} and {right}.");
            dims[^fromEnd] = a == 1 ? b : a;
        }

        return dims;
    }
}
