using CifarVision.Runtime;

namespace CifarVision.Graphs;

/// <summary>Steps of an execution plan whose gradients are computed together, so that they can be exchanged while those of earlier steps are computed.</summary>
/// <param name="First">The first step.</param>
/// <param name="End">The step after the last.</param>
/// <param name="Border">The numbers of the tensors that earlier steps compute and later ones, or these, read.</param>
/// <param name="Weights">The trainable weights of the steps.</param>
internal sealed record PlanPart(int First, int End, IReadOnlyList<int> Border, IReadOnlyList<Weight> Weights)
{
    /// <summary>
    /// Cuts a plan into parts, from its end on, each as soon as the gradients of its weights have so many bytes. Calls of one layer stay in one part,
    /// since the gradients of its weights are complete after the first of them.
    /// </summary>
    /// <param name="steps">The steps.</param>
    /// <param name="outputs">The numbers of the tensors that the plan returns.</param>
    /// <param name="bytes">The least number of bytes of a part.</param>
    public static IReadOnlyList<PlanPart> Cut(IReadOnlyList<PlanStep> steps, IReadOnlyList<int> outputs, long bytes)
    {
        var parts = new List<PlanPart>();
        int end = steps.Count;
        long gathered = 0;
        for (int first = end - 1; first >= 0; first--)
        {
            gathered += WeightsOf(steps, first, first + 1).Sum(weight => weight.Count * weight.Type.ElementSize());
            if (first > 0 && (gathered < bytes || IsStraddled(steps, first)))
                continue;
            parts.Insert(0, new PlanPart(first, end, BorderAt(steps, outputs, first), [.. WeightsOf(steps, first, end)]));
            (end, gathered) = (first, 0);
        }

        return parts;
    }

    private static IEnumerable<Weight> WeightsOf(IReadOnlyList<PlanStep> steps, int first, int end) =>
        steps.Skip(first).Take(end - first).SelectMany(step => step.AllLayers).Distinct().SelectMany(layer => layer.OwnWeights).Where(weight => weight.Trainable);

    private static bool IsStraddled(IReadOnlyList<PlanStep> steps, int at) =>
        steps.Take(at).SelectMany(step => step.AllLayers).Intersect(steps.Skip(at).SelectMany(step => step.AllLayers)).Any();

    private static int[] BorderAt(IReadOnlyList<PlanStep> steps, IReadOnlyList<int> outputs, int first) =>
        [.. steps.Take(first).SelectMany(step => step.To).Intersect(steps.Skip(first).SelectMany(step => step.From).Concat(outputs))];
}
