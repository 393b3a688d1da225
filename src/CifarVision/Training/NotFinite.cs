using CifarVision.Graphs;

namespace CifarVision.Training;

/// <summary>Finds where a loss stopped being finite, before the update makes all weights so.</summary>
internal static class NotFinite
{
    /// <summary>Names the first input, truth, weight or output, in the order of computation, that is not finite. The model stays as it was.</summary>
    /// <param name="graph">The layer calls of the model.</param>
    /// <param name="batch">The batch.</param>
    public static string Describe(LayerGraph graph, Batch batch)
    {
        if (!AreFinite(batch.X))
            return "the batch's inputs are not finite. Fit(checkFinite: true) names the row.";
        if (!AreFinite([.. batch.Y, .. batch.Weights.OfType<Tensor>()]))
            return "the batch's truth or its sample weights are not finite. Fit(checkFinite: true) names the row.";
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        using var kept = new KeptState(graph.Layers);
        string? found = null;
        graph.Walk([.. batch.X.Select(input => input.clone())], (layer, inputs) =>
        {
            IReadOnlyList<Tensor> outputs = layer.Run(inputs, training: true);
            if (layer.Weights.FirstOrDefault(weight => !AreFinite([weight.Value])) is { } weight)
                found ??= $"the weight '{weight.Path}' of the layer '{layer.Name}' ({layer.GetType().Name}) is not finite since the update before. Lower the learning rate, or clip gradients.";
            else if (!AreFinite(outputs))
                found ??= $"the output of the layer '{layer.Name}' ({layer.GetType().Name}) is the first that is not finite.";
            return outputs;
        });
        return found ?? "the outputs of the model are finite, and the loss is not.";
    }

    private static bool AreFinite(IEnumerable<Tensor> tensors)
    {
        using var scope = torch.NewDisposeScope();
        return tensors.All(tensor => !torch.is_floating_point(tensor) || tensor.isfinite().all().item<bool>());
    }
}
