namespace CifarVision.Models;

public partial class Model
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
        if (Layers.Count == 0)
            throw new InvalidOperationException($"{Kind}: Summary must come after layers were added. Call Add first.");
        new ModelSummary(this, Optimizer?.VariableCount ?? 0, detailed).Write(output ?? Console.Out);
    }
}
