using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;

namespace CifarVision.Plotting;

/// <summary>Pictures of the kernels of a model's first convolution.</summary>
public static class FilterPlot
{
    private const float FilterSide = 48;

    /// <summary>
    /// Saves the kernels of the first Conv2D side by side, each value as a square. Kernels with three channels are drawn in color, others in gray as the mean over
    /// their channels. Each kernel has its own scale, in which 0 is middle gray and the largest absolute value black or full color.
    /// </summary>
    /// <param name="model">A built model with a Conv2D, which may be inside another layer.</param>
    /// <param name="path">A file that ends with <c>.png</c> or <c>.svg</c>; its folder must exist.</param>
    /// <param name="columns">The number of columns, at least 1. By default about the number of rows.</param>
    /// <param name="scale">The pixels per unit of the drawing, 0.25 to 10; the longer side of a kernel has at least 48 units. Default 1.</param>
    /// <exception cref="ArgumentException">The path ends with neither .png nor .svg, or a side of the picture would have more than 10,000 pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of columns is less than 1, or the scale is not from 0.25 to 10.</exception>
    /// <exception cref="InvalidOperationException">The model has no Conv2D, or is not built.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SaveFilters(this Model model, string path, int? columns = null, double scale = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (columns < 1)
            throw new ArgumentOutOfRangeException(nameof(columns), FormattableString.Invariant($"FilterPlot: columns must be at least 1, but was {columns}."));
        Tile[] tiles = Tiles(model);
        var grid = new TileGrid(tiles, columns ?? TileGrid.SquareColumns(tiles.Length), FilterSide);
        PlotFile.Save(path, grid.Size, scale, nameof(FilterPlot), grid.Draw);
    }

    /// <summary>Creates the drawing of the picture.</summary>
    internal static Tile[] Tiles(Model model)
    {
        Conv2D convolution = FirstConvolution(model) ?? throw new InvalidOperationException($"FilterPlot: the model must have a Conv2D, but '{model.Name}' has none.");
        if (!convolution.IsBuilt)
            throw new InvalidOperationException($"FilterPlot: '{convolution.Name}' must be built, but has no weights yet. Give the model its input shape, or call it once.");
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        Tensor kernel = convolution.Weights.Single(weight => weight.Name == "kernel").Value.to(ScalarType.Float32, torch.CPU);
        Tensor filters = kernel.permute(3, 0, 1, 2);
        if (filters.shape[3] != 3)
            filters = filters.mean([3], keepdim: true);
        Tensor largest = filters.abs().amax([1, 2, 3], keepdim: true);

        // A kernel of zeros gives 0 / 0, which is middle gray, too, like every NaN.
        Tensor shown = (filters / largest).Multiply(0.5).Add(0.5).nan_to_num(0.5);
        return ImagePixels.ToTiles(ArrayConversion.ToNDArray(shown));
    }

    private static Conv2D? FirstConvolution(Layer layer) =>
        layer as Conv2D ?? layer.Sublayers.Select(FirstConvolution).FirstOrDefault(found => found is not null);
}
