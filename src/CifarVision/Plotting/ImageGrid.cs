using System.Globalization;
using CifarVision.Datasets;
using CifarVision.Evaluation;

namespace CifarVision.Plotting;

/// <summary>Pictures of images in rows, with their classes and predictions.</summary>
public static class ImageGrid
{
    private const float ImageSide = 96;

    /// <summary>
    /// Saves images side by side, each with the name of its class and the prediction below: a tick, or a cross with the wrong class and a frame around the image.
    /// Small images are enlarged by an integer factor, without interpolation.
    /// </summary>
    /// <param name="path">A file that ends with <c>.png</c> or <c>.svg</c>; its folder must exist.</param>
    /// <param name="images">The images, (N, H, W, C), at least one; C is 3 for RGB, 1 for gray; uint8, or floats from 0 to 1.</param>
    /// <param name="labels">The classes: integers (N) or (N, 1), or one-hot rows (N, classes). Default none.</param>
    /// <param name="predictions">The predictions: the model's output, (N, classes), or (N, 1) for two classes, which adds the probability, or classes as for <paramref name="labels"/>. Default none.</param>
    /// <param name="classNames">The names of the classes. Default their indices.</param>
    /// <param name="columns">The number of columns, at least 1. By default about the number of rows.</param>
    /// <param name="scale">The pixels per unit of the drawing, 0.25 to 10; the longer side of an image has at least 96 units. Default 1.</param>
    /// <exception cref="ArgumentException">
    /// The path ends with neither .png nor .svg, a shape, a type or the range of floats does not fit, a class has no name, or a side of the picture would have more
    /// than 10,000 pixels.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of columns is less than 1, or the scale is not from 0.25 to 10.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(
        string path, NDArray images, NDArray? labels = null, NDArray? predictions = null, IReadOnlyList<string>? classNames = null, int? columns = null, double scale = 1)
    {
        ArgumentNullException.ThrowIfNull(images);
        Tile[] tiles = Tiles(images, labels, predictions, classNames);
        Save(path, tiles, columns, scale);
    }

    /// <summary>Saves images with their classes and predictions.</summary>
    internal static void Save(
        string path, NDArray images, IReadOnlyList<ChosenClass> truth, IReadOnlyList<ChosenClass> choices, IReadOnlyList<string>? classNames, int? columns, double scale) =>
        Save(path, [.. ImagePixels.ToTiles(images).Select((tile, i) => Captioned(tile, truth[i], choices[i], classNames))], columns, scale);

    private static void Save(string path, Tile[] tiles, int? columns, double scale)
    {
        if (columns < 1)
            throw new ArgumentOutOfRangeException(nameof(columns), FormattableString.Invariant($"ImageGrid: columns must be at least 1, but was {columns}."));
        var grid = new TileGrid(tiles, columns ?? TileGrid.SquareColumns(tiles.Length), ImageSide);
        PlotFile.Save(path, grid.Size, scale, nameof(ImageGrid), grid.Draw);
    }

    /// <summary>Saves the images of a dataset with their labels.</summary>
    /// <param name="path">A file that ends with <c>.png</c> or <c>.svg</c>; its folder must exist.</param>
    /// <param name="data">The dataset, of which all images are drawn: take a few.</param>
    /// <param name="predictions">The predictions: the model's output, (N, classes), or (N, 1) for two classes, or classes. Default none.</param>
    /// <param name="classNames">The names of the classes. Default their indices.</param>
    /// <param name="columns">The number of columns, at least 1. By default about the number of rows.</param>
    /// <param name="scale">The pixels per unit of the drawing, 0.25 to 10. Default 1.</param>
    /// <exception cref="ArgumentException">As for arrays.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of columns is less than 1, or the scale is not from 0.25 to 10.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, ImageDataset data, NDArray? predictions = null, IReadOnlyList<string>? classNames = null, int? columns = null, double scale = 1)
    {
        ArgumentNullException.ThrowIfNull(data);
        Save(path, data.Images, data.HasLabels ? data.Labels : null, predictions, classNames, columns, scale);
    }

    /// <summary>Creates the tiles of the picture.</summary>
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
