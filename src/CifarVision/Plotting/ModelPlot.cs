using CifarVision.Models;
using CifarVision.Plotting.Network;

namespace CifarVision.Plotting;

/// <summary>Pictures of a model's layers.</summary>
public static class ModelPlot
{
    /// <summary>
    /// Saves the network as boxes from the input downwards, each with its kind, name, output shape and number of parameters (Keras:
    /// <c>keras.utils.plot_model</c>). A nested model or a composite of your own is a frame around its layers. A long
    /// network is broken into columns.
    /// </summary>
    /// <param name="model">With at least one layer; before it is built, shapes are <c>?</c> and parameters not counted.</param>
    /// <param name="path">Ends in <c>.png</c> or <c>.svg</c>; its folder must exist.</param>
    /// <param name="showShapes">Whether boxes say their output shape. Default true.</param>
    /// <param name="showParams">Whether boxes say their number of parameters. Default true.</param>
    /// <param name="scale">Pixels in one unit of the drawing, 0.25 to 10; text is 12 units high. Default 1.</param>
    /// <exception cref="ArgumentException">The path ends in neither .png nor .svg, or the picture would have a side of more than 10,000 pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not 0.25 to 10.</exception>
    /// <exception cref="InvalidOperationException">The model has no layers.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SavePlot(this Model model, string path, bool showShapes = true, bool showParams = true, double scale = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Layers.Count == 0)
            throw new InvalidOperationException("ModelPlot: the model must have layers to be drawn, but has none. Call Add first.");
        var figure = new NetworkFigure(model, showShapes, showParams);
        PlotFile.Save(path, figure.Size, scale, nameof(ModelPlot), figure.Draw);
    }
}
