namespace CifarVision.Models;

public sealed partial class Sequential
{
    /// <summary>Prints the layers with output shapes and parameter counts, as Keras' <c>model.summary()</c>.</summary>
    /// <param name="output">Where to. Default the console.</param>
    /// <exception cref="InvalidOperationException">The model has no layers.</exception>
    public void Summary(TextWriter? output = null)
    {
        if (_layers.Count == 0)
            throw new InvalidOperationException("Sequential: Summary must come after layers were added. Call Add first.");
        ModelSummary.Write(output ?? Console.Out, this, _optimizer?.VariableCount ?? 0);
    }
}
