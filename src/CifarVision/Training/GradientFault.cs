using System.Runtime.InteropServices;
using CifarVision.Graphs;
using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Training;

/// <summary>Finds the layer at which a backward pass fails, after it has failed.</summary>
internal static class GradientFault
{
    /// <summary>Returns the layer of the first call whose output has no gradients; null where every call has. The model stays as it was.</summary>
    /// <param name="graph">The layer calls of the model.</param>
    /// <param name="x">The inputs of the batch.</param>
    public static Layer? Find(LayerGraph graph, IReadOnlyList<Tensor> x)
    {
        using var scope = torch.NewDisposeScope();
        using var kept = new KeptState(graph.Layers);
        HashSet<KerasTensor> withGradients = [];
        return graph.Nodes.Where(node => node.Inputs.Count > 0).FirstOrDefault(node => !HasGradients(graph, node, x, withGradients))?.Layer;
    }

    // Runs the model up to one call, and backward from its outputs.
    private static bool HasGradients(LayerGraph graph, Node last, IReadOnlyList<Tensor> x, HashSet<KerasTensor> withGradients)
    {
        using var scope = torch.NewDisposeScope();
        Tensor[] weights = [.. last.Layer.Weights.Where(weight => weight.Trainable).Select(weight => weight.Value)];
        bool isExpected = weights.Length > 0 || last.Inputs.Any(withGradients.Contains);
        try
        {
            Tensor[] outputs = [.. new ExecutionPlan(graph.UpTo(last)).Forward([.. x.Select(input => input.clone())], training: true)];
            if (!outputs.Any(output => output.requires_grad))
                return !isExpected;
            withGradients.UnionWith(last.Outputs);
            torch.autograd.backward([.. outputs.Where(output => output.requires_grad).Select(output => output.sum())]);
            return true;
        }
        catch (ExternalException)
        {
            return false;
        }
        finally
        {
            foreach (Weight weight in graph.Layers.SelectMany(layer => layer.Weights))
                weight.Value.grad = null;
        }
    }
}
