using CifarVision.Runtime;

namespace CifarVision.Training;

/// <summary>The rows of one step as tensors on the model's device.</summary>
/// <param name="X">The inputs of the model.</param>
/// <param name="Y">The truth for each output.</param>
/// <param name="Weights">For each output a weight for each row, or null.</param>
/// <param name="Part">The rows that this process computes, of those that all processes compute together.</param>
internal sealed record Batch(IReadOnlyList<Tensor> X, IReadOnlyList<Tensor> Y, IReadOnlyList<Tensor?> Weights, RowPart Part)
{
    /// <summary>The number of rows that this process computes.</summary>
    public int Rows => Part.Count;

    /// <summary>The number of rows that all processes compute together.</summary>
    public int GlobalRows => Part.Total;

    /// <summary>Returns one row of zeros in place of none.</summary>
    public Batch Placeholder()
    {
        return this with { X = [.. X.Select(Row)], Y = [.. Y.Select(Row)], Weights = [.. Weights.Select(weight => weight is null ? null : Row(weight))] };

        static Tensor Row(Tensor none) => torch.zeros([1, .. none.shape[1..]], none.dtype, none.device);
    }
}
