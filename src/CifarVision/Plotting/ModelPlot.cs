using CifarVision.Models;
using CifarVision.Plotting.Network;

namespace CifarVision.Plotting;

/// <summary>Pictures of a model's layers.</summary>
public static class ModelPlot
{
    /// <summary>
    /// Saves the network as boxes from the inputs downwards, each with the class, name, output shape and number of parameters of a layer (Keras:
    /// <c>keras.utils.plot_model</c>). In a functional model each call of a layer has a box, below those of its inputs. A frame contains the layers of a nested model
    /// or of your own composite layer. A long network is split into columns.
    /// </summary>
    /// <param name="model">A model with at least one layer. Before it is built, shapes are <c>?</c> and parameters are not counted.</param>
    /// <param name="path">A file that ends with <c>.png</c> or <c>.svg</c>; its folder must exist.</param>
    /// <param name="showShapes">Whether to show output shapes. Default true.</param>
    /// <param name="showParams">Whether to show numbers of parameters. Default true.</param>
    /// <param name="scale">The pixels per unit of the drawing, 0.25 to 10; text is 12 units high. Default 1.</param>
    /// <exception cref="ArgumentException">The path ends with neither .png nor .svg, or a side of the picture would have more than 10,000 pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not from 0.25 to 10.</exception>
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
