namespace CifarVision.Models;

public sealed partial class Sequential
{
    /// <summary>Prints the layers with output shapes and parameter counts, as Keras' <c>model.summary()</c>.</summary>
    /// <param name="output">Where to. Default the console.</param>
    /// <param name="detailed">
    /// Whether to add, for each layer and in total, what one sample costs: floating-point operations of the forward pass
    /// (<see cref="Layers.Layer.ForwardFlops"/>), and the memory of outputs and of weights, in float32. Default false.
    /// </param>
    /// <exception cref="InvalidOperationException">The model has no layers.</exception>
    public void Summary(TextWriter? output = null, bool detailed = false)
    {
        if (_layers.Count == 0)
            throw new InvalidOperationException("Sequential: Summary must come after layers were added. Call Add first.");
        new ModelSummary(this, _optimizer?.VariableCount ?? 0, detailed).Write(output ?? Console.Out);
    }
}
