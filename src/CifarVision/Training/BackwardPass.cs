using System.Runtime.InteropServices;
using CifarVision.Graphs;
using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Training;

/// <summary>Computes the gradients of a loss with respect to the weights of a model, and reports what prevents it.</summary>
/// <param name="owner">The model's class, for messages.</param>
/// <param name="output">Where to write the warning.</param>
/// <remarks>
/// <c>torch.autograd.grad</c> would return the gradients, but its native function does not catch torch's exceptions, which end the process.
/// <c>torch.autograd.backward</c> reports them, and stores the gradients in the weights.
/// </remarks>
internal sealed class BackwardPass(string owner, Func<TextWriter> output)
{
    private readonly HashSet<Weight> _reported = [];

    /// <summary>Returns the gradient of each weight; null if the loss does not depend on the weight, about which a warning is printed once.</summary>
    /// <param name="loss">The loss to minimize, one value.</param>
    /// <param name="weights">The weights to train.</param>
    /// <param name="graph">The layer calls that computed the loss, to name one in an error.</param>
    /// <param name="x">The inputs that gave the loss.</param>
    /// <exception cref="InvalidOperationException">Torch failed, or the loss depends on none of the weights.</exception>
    public IReadOnlyList<Tensor?> Run(Tensor loss, IReadOnlyList<Weight> weights, LayerGraph graph, IReadOnlyList<Tensor> x)
    {
        if (!loss.requires_grad)
            throw Failure($"the loss does not depend on any of the {weights.Count} trainable weights.", null, graph, x);
        try
        {
            torch.autograd.backward([loss], inputs: [.. weights.Select(weight => weight.Value)]);
            return Collect(weights, graph, x);
        }
        catch (ExternalException exception)
        {
            throw Failure($"torch failed: {FirstPart(exception.Message)}", exception, graph, x);
        }
        finally
        {
            foreach (Weight weight in weights)
                weight.Value.grad = null;
        }
    }

    /// <summary>Computes the gradients part by part, the last part of the model first.</summary>
    /// <param name="loss">The loss without penalties on weights.</param>
    /// <param name="penalty">The sum of the penalties on weights, or null.</param>
    /// <param name="pass">The forward pass.</param>
    /// <param name="weights">The weights to train.</param>
    /// <param name="graph">The layer calls that computed the loss, to name one in an error.</param>
    /// <param name="x">The inputs that gave the loss.</param>
    /// <param name="ready">Is given the gradients of each part when they are complete, in the order of the part's weights.</param>
    /// <exception cref="InvalidOperationException">Torch failed, or the loss depends on none of the weights.</exception>
    public IReadOnlyList<Tensor?> Run(
        Tensor loss, Tensor? penalty, PartedPass pass, IReadOnlyList<Weight> weights, LayerGraph graph, IReadOnlyList<Tensor> x, Action<PlanPart, IReadOnlyList<Tensor?>> ready)
    {
        if (!loss.requires_grad)
            throw Failure($"the loss does not depend on any of the {weights.Count} trainable weights.", null, graph, x);
        try
        {
            if (penalty is not null)
                torch.autograd.backward([penalty], inputs: [.. weights.Select(weight => weight.Value)]);
            Tensor[] roots = [loss];
            Tensor[]? gradients = null;
            for (int part = pass.Parts.Count - 1; part >= 0; part--)
            {
                IReadOnlyList<(Tensor Before, Tensor After)> border = pass.Borders[part];
                Tensor[] targets = [.. pass.Parts[part].Weights.Select(weight => weight.Value), .. border.Select(pair => pair.After)];
                if (roots.Length > 0 && targets.Length > 0)
                    torch.autograd.backward(roots, gradients, inputs: targets);
                ready(pass.Parts[part], [.. pass.Parts[part].Weights.Select(weight => weight.Value.grad)]);
                (Tensor Before, Tensor After)[] reached = [.. border.Where(pair => pair.After.grad is not null)];
                roots = [.. reached.Select(pair => pair.Before)];
                gradients = [.. reached.Select(pair => pair.After.grad!)];
            }

            return Collect(weights, graph, x);
        }
        catch (ExternalException exception)
        {
            throw Failure($"torch failed: {FirstPart(exception.Message)}", exception, graph, x);
        }
        finally
        {
            foreach (Weight weight in weights)
                weight.Value.grad = null;
        }
    }

    private Tensor?[] Collect(IReadOnlyList<Weight> weights, LayerGraph graph, IReadOnlyList<Tensor> x)
    {
        Tensor?[] gradients = [.. weights.Select(weight => weight.Value.grad)];
        if (gradients.All(gradient => gradient is null))
            throw Failure($"the loss does not depend on any of the {weights.Count} trainable weights.", null, graph, x);
        Weight[] unused = [.. weights.Where((weight, i) => gradients[i] is null && _reported.Add(weight))];
        if (unused.Length > 0)
        {
            output().WriteLine(
                $"{owner}: the loss does not depend on {string.Join(", ", unused.Select(weight => weight.Path))}, so training leaves it as it is. "
                + "Use it in ForwardCore, or make it with trainable: false.");
        }

        return gradients;
    }

    private InvalidOperationException Failure(string problem, Exception? cause, LayerGraph graph, IReadOnlyList<Tensor> x)
    {
        Layer? layer = GradientFault.Find(graph, x);
        if (problem.Contains("memory", StringComparison.Ordinal))
        {
            string at = layer is null ? "" : $" of the layer '{layer.Path}' ({layer.GetType().Name})";
            return new InvalidOperationException($"{owner}: out of memory in the backward pass{at}: {problem} Use a smaller batch.", cause);
        }

        string place = layer is not null
            ? $"It is the layer '{layer.Path}' ({layer.GetType().Name}) that must be changed: its output must depend on its input and weights, and nothing may be changed in place that an earlier operation needs."
            : "The layers are in order, so it is the loss that must be changed: it must depend on yPred and change nothing in place.";
        return new InvalidOperationException($"{owner}: no gradients: {problem} {place}", cause);
    }

    // Torch appends the location in its source code.
    private static string FirstPart(string message)
    {
        int end = message.IndexOf("\nException raised from", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).ReplaceLineEndings(" ").Trim();
    }
}
