namespace CifarVision.Training;

/// <summary>The rows of one step as tensors on the model's device.</summary>
/// <param name="X">The inputs of the model.</param>
/// <param name="Y">The truth for each output.</param>
/// <param name="Weights">For each output a weight for each row, or null.</param>
/// <param name="Rows">The number of rows that this process computes.</param>
/// <param name="GlobalRows">The number of rows that all processes compute together.</param>
internal sealed record Batch(IReadOnlyList<Tensor> X, IReadOnlyList<Tensor> Y, IReadOnlyList<Tensor?> Weights, int Rows, int GlobalRows);
