using System.Runtime.InteropServices;
using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Models;

/// <summary>Computes the gradients of a loss with respect to the weights of a model, and reports what stands in the way.</summary>
/// <param name="model">The model, whose layers an error names.</param>
/// <param name="output">Where to write the warning.</param>
/// <remarks>
/// <c>torch.autograd.grad</c> would do it in one call, but its native function lets torch's exceptions pass, which ends the process.
/// <c>torch.autograd.backward</c> reports them, and leaves the gradients with the weights.
/// </remarks>
internal sealed class BackwardPass(Layer model, Func<TextWriter> output)
{
    private readonly HashSet<Weight> _reported = [];

    /// <summary>Returns the gradients of the weights that the loss depends on. The first time that it does not depend on one, a warning names it.</summary>
    /// <param name="loss">The loss to minimize, one value.</param>
    /// <param name="weights">The weights to train.</param>
    /// <param name="x">The batch that gave the loss.</param>
    /// <exception cref="InvalidOperationException">Torch failed, or the loss depends on none of the weights.</exception>
    public (IReadOnlyList<Weight> Weights, IReadOnlyList<Tensor> Gradients) Run(Tensor loss, IReadOnlyList<Weight> weights, Tensor x)
    {
        if (!loss.requires_grad)
            throw Failure($"the loss does not depend on any of the {weights.Count} trainable weights.", null, x);
        try
        {
            torch.autograd.backward([loss], inputs: [.. weights.Select(weight => weight.Value)]);
            return Collect(weights, x);
        }
        catch (ExternalException exception)
        {
            throw Failure($"torch failed: {FirstPart(exception.Message)}", exception, x);
        }
        finally
        {
            foreach (Weight weight in weights)
                weight.Value.grad = null;
        }
    }

    private (IReadOnlyList<Weight> Weights, IReadOnlyList<Tensor> Gradients) Collect(IReadOnlyList<Weight> weights, Tensor x)
    {
        var used = new List<Weight>(weights.Count);
        var gradients = new List<Tensor>(weights.Count);
        foreach (Weight weight in weights)
        {
            if (weight.Value.grad is { } gradient)
            {
                used.Add(weight);
                gradients.Add(gradient);
            }
        }

        if (used.Count == 0)
            throw Failure($"the loss does not depend on any of the {weights.Count} trainable weights.", null, x);
        Weight[] unused = [.. weights.Except(used).Where(_reported.Add)];
        if (unused.Length > 0)
        {
            output().WriteLine(
                $"Sequential: the loss does not depend on {string.Join(", ", unused.Select(weight => weight.Path))}, so training leaves it as it is. "
                + "Use it in ForwardCore, or make it with trainable: false.");
        }

        return (used, gradients);
    }

    private InvalidOperationException Failure(string problem, Exception? cause, Tensor x)
    {
        if (problem.Contains("memory", StringComparison.Ordinal))
            return new InvalidOperationException($"Sequential: out of memory in the backward pass: {problem} Use a smaller batch.", cause);
        string place = GradientFault.Find(model, x) is { } layer
            ? $"It is the layer '{layer.Path}' ({layer.GetType().Name}) that must be changed: its output must depend on its input and weights, and nothing may be changed in place that an earlier operation needs."
            : "The layers are in order, so it is the loss that must be changed: it must depend on yPred and change nothing in place.";
        return new InvalidOperationException($"Sequential: no gradients: {problem} {place}", cause);
    }

    // Torch adds where in its source it happened.
    private static string FirstPart(string message)
    {
        int end = message.IndexOf("\nException raised from", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).ReplaceLineEndings(" ").Trim();
    }
}
