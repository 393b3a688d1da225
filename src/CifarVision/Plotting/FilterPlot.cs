using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;

namespace CifarVision.Plotting;

/// <summary>Pictures of what a model's first convolution looks for.</summary>
public static class FilterPlot
{
    private const float FilterSide = 48;

    /// <summary>
    /// Saves the filters of the first Conv2D side by side, each of their values a square. Filters over three channels are drawn in colours,
    /// others in grey as the mean over their channels. Each is stretched by itself: 0 is middle grey, its largest value, whichever sign it
    /// has, black or full colour.
    /// </summary>
    /// <param name="model">With a Conv2D, which may be within another layer, and built.</param>
    /// <param name="path">Ends in <c>.png</c> or <c>.svg</c>; its folder must exist.</param>
    /// <param name="columns">How many stand side by side, at least 1. By default as many as rows.</param>
    /// <param name="scale">Pixels in one unit of the drawing, 0.25 to 10; filters are at least 48 units wide or high. Default 1.</param>
    /// <exception cref="ArgumentException">The path ends in neither .png nor .svg, or the picture would have a side of more than 10,000 pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The columns are under 1, or the scale is not 0.25 to 10.</exception>
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

    /// <summary>What the picture shows.</summary>
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

        // 0 / 0 where a filter is all zeros: middle grey as well. So is what is no number.
        Tensor shown = (filters / largest).Multiply(0.5).Add(0.5).nan_to_num(0.5);
        return ImagePixels.ToTiles(ArrayConversion.ToNDArray(shown));
    }

    private static Conv2D? FirstConvolution(Layer layer) =>
        layer as Conv2D ?? layer.Sublayers.Select(FirstConvolution).FirstOrDefault(found => found is not null);
}
