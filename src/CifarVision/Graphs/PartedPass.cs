namespace CifarVision.Graphs;

/// <summary>A forward pass whose backward pass can be made part by part, the last first.</summary>
/// <param name="Outputs">What the plan returns.</param>
/// <param name="Parts">The parts.</param>
/// <param name="Borders">For each part the tensors that reach it from earlier ones: as those computed them, and as views that it reads.</param>
internal sealed record PartedPass(Tensor[] Outputs, IReadOnlyList<PlanPart> Parts, IReadOnlyList<IReadOnlyList<(Tensor Before, Tensor After)>> Borders);
