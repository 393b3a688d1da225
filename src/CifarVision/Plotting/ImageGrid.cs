using System.Globalization;
using CifarVision.Datasets;

namespace CifarVision.Plotting;

/// <summary>Pictures of images in rows, with what they show and what a model took them for.</summary>
public static class ImageGrid
{
    private const float ImageSide = 96;

    /// <summary>
    /// Saves images side by side, each with the name of its class below, and below that with what was predicted: a tick, or a cross with the
    /// wrong class and a frame around the image. Small images are enlarged by a whole number, pixel by pixel.
    /// </summary>
    /// <param name="path">Ends in <c>.png</c> or <c>.svg</c>; its folder must exist.</param>
    /// <param name="images">(N, H, W, C), at least one; C is 3 for colours, 1 for grey; uint8, or floats from 0 to 1.</param>
    /// <param name="labels">What they show: integers (N) or (N, 1), or one-hot rows (N, classes). Default not known.</param>
    /// <param name="predictions">What they were taken for: the model's output, (N, classes), or (N, 1) for two classes, which adds the probability, or classes as for <paramref name="labels"/>. Default not known.</param>
    /// <param name="classNames">The name of each class. Default their numbers.</param>
    /// <param name="columns">How many stand side by side, at least 1. By default as many as rows.</param>
    /// <param name="scale">Pixels in one unit of the drawing, 0.25 to 10; images are at least 96 units wide or high. Default 1.</param>
    /// <exception cref="ArgumentException">
    /// The path ends in neither .png nor .svg, a shape, a type or the values of floats are not those of images, labels or predictions, a class has
    /// no name, or the picture would have a side of more than 10,000 pixels.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The columns are under 1, or the scale is not 0.25 to 10.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(
        string path, NDArray images, NDArray? labels = null, NDArray? predictions = null, IReadOnlyList<string>? classNames = null, int? columns = null, double scale = 1)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (columns < 1)
            throw new ArgumentOutOfRangeException(nameof(columns), FormattableString.Invariant($"ImageGrid: columns must be at least 1, but was {columns}."));
        Tile[] tiles = Tiles(images, labels, predictions, classNames);
        var grid = new TileGrid(tiles, columns ?? TileGrid.SquareColumns(tiles.Length), ImageSide);
        PlotFile.Save(path, grid.Size, scale, nameof(ImageGrid), grid.Draw);
    }

    /// <summary>Saves the images of a dataset with their labels.</summary>
    /// <param name="path">Ends in <c>.png</c> or <c>.svg</c>; its folder must exist.</param>
    /// <param name="data">All its images are drawn: take a few.</param>
    /// <param name="predictions">What they were taken for: the model's output, (N, classes), or (N, 1) for two classes, or classes. Default not known.</param>
    /// <param name="classNames">The name of each class. Default their numbers.</param>
    /// <param name="columns">How many stand side by side, at least 1. By default as many as rows.</param>
    /// <param name="scale">Pixels in one unit of the drawing, 0.25 to 10. Default 1.</param>
    /// <exception cref="ArgumentException">As for arrays.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The columns are under 1, or the scale is not 0.25 to 10.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, ImageDataset data, NDArray? predictions = null, IReadOnlyList<string>? classNames = null, int? columns = null, double scale = 1)
    {
        ArgumentNullException.ThrowIfNull(data);
        Save(path, data.Images, data.HasLabels ? data.Labels : null, predictions, classNames, columns, scale);
    }

    /// <summary>What the picture shows.</summary>
    internal static Tile[] Tiles(NDArray images, NDArray? labels, NDArray? predictions, IReadOnlyList<string>? classNames)
    {
        Tile[] tiles = ImagePixels.ToTiles(images);
        ChosenClass[]? truth = labels is null ? null : ChosenClass.Read(labels, tiles.Length, nameof(labels));
        ChosenClass[]? choices = predictions is null ? null : ChosenClass.Read(predictions, tiles.Length, nameof(predictions));
        return [.. tiles.Select((tile, i) => Captioned(tile, truth?[i], choices?[i], classNames))];
    }

    private static Tile Captioned(Tile tile, ChosenClass? truth, ChosenClass? choice, IReadOnlyList<string>? classNames)
    {
        var lines = new List<string>();
        if (truth is not null)
            lines.Add(Name(truth));
        bool isWrong = truth is not null && choice is not null && truth.Index != choice.Index;
        if (choice is not null)
        {
            string probability = choice.Probability is { } share ? string.Create(CultureInfo.InvariantCulture, $"{share * 100:F0} % ") : "";
            lines.Add(truth is null ? $"{probability}{Name(choice)}" : isWrong ? $"✗ {probability}{Name(choice)}" : $"✓ {probability}".TrimEnd());
        }

        return tile with { Caption = lines, IsMarked = isWrong };

        string Name(ChosenClass one) => NamedClasses.Of(classNames, one.Index, nameof(ImageGrid));
    }
}
