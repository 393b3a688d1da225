namespace CifarVision.Models;

public partial class Model
{
    /// <summary>Prints the layers with output shapes and parameter counts, like Keras' <c>model.summary()</c>.</summary>
    /// <param name="output">The writer. Default the console.</param>
    /// <param name="detailed">
    /// Whether to add the cost of one sample, per layer and in total: the floating-point operations of the forward pass
    /// (<see cref="Layers.Layer.ForwardFlops"/>), and the memory of outputs and weights in float32. Default false.
    /// </param>
    /// <param name="expandNested">Whether to show the layers of nested models in rows of their own. Default false.</param>
    /// <param name="showTrainable">Whether to add a column that says which layers train: <c>Y</c>, <c>N</c>, or <c>-</c> without weights. Default false.</param>
    /// <param name="lineLength">
    /// The width of the table in characters. By default 76 for a Sequential, as Keras prints on a terminal with 80 columns, and for other models Keras' 88, or 108
    /// with the column of connections; <paramref name="showTrainable"/> adds 12.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The line is too short for the columns.</exception>
    /// <exception cref="InvalidOperationException">The model has no layers.</exception>
    public void Summary(TextWriter? output = null, bool detailed = false, bool expandNested = false, bool showTrainable = false, int? lineLength = null)
    {
        if (Layers.Count == 0)
            throw new InvalidOperationException($"{Kind}: Summary must come after layers were added. Call Add first.");
        new ModelSummary(this, Optimizer?.VariableCount ?? 0, detailed, expandNested, showTrainable, lineLength).Write(output ?? Console.Out);
    }
}
