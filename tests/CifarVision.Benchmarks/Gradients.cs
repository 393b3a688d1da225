namespace CifarVision.Benchmarks;

/// <summary>Computes gradients as the library does: by <c>backward</c>, whose native function reports torch's errors.</summary>
internal static class Gradients
{
    /// <summary>Returns the gradient of a tensor with respect to each input.</summary>
    /// <param name="output">What to differentiate.</param>
    /// <param name="inputs">Leaves on which it depends.</param>
    /// <param name="outputGradient">The gradient with respect to <paramref name="output"/>. Default: 1, for one value.</param>
    public static Tensor[] Of(Tensor output, IReadOnlyList<Tensor> inputs, Tensor? outputGradient = null)
    {
        Tensor[] leaves = [.. inputs];
        // Torch adds to a gradient that is there.
        foreach (Tensor leaf in leaves)
            leaf.grad = null;
        torch.autograd.backward([output], outputGradient is null ? null : [outputGradient], inputs: leaves);
        Tensor[] gradients = [.. leaves.Select(leaf => leaf.grad!)];
        foreach (Tensor leaf in leaves)
            leaf.grad = null;
        return gradients;
    }
}
