using CifarVision.Datasets;
using CifarVision.Evaluation;

namespace CifarVision.Plotting;

/// <summary>Pictures of wrong predictions.</summary>
public static class MistakePlot
{
    /// <summary>Saves the images of mistakes side by side, each with its class, and the predicted class with its probability.</summary>
    /// <param name="mistakes">The mistakes, at least one.</param>
    /// <param name="path">A file that ends with <c>.png</c> or <c>.svg</c>; its folder must exist.</param>
    /// <param name="data">The images whose rows the mistakes are.</param>
    /// <param name="classNames">The names of the classes. Default their indices.</param>
    /// <param name="columns">The number of columns, at least 1. By default about the number of rows.</param>
    /// <param name="scale">The pixels per unit of the drawing, 0.25 to 10; the longer side of an image has at least 96 units. Default 1.</param>
    /// <exception cref="ArgumentException">There are no mistakes, a class has no name, the path ends with neither .png nor .svg, or a side of the picture would have more than 10,000 pixels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row is not in the data, the number of columns is less than 1, or the scale is not from 0.25 to 10.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void SavePlot(this IReadOnlyList<Mistake> mistakes, string path, ImageDataset data, IReadOnlyList<string>? classNames = null, int? columns = null, double scale = 1)
    {
        ArgumentNullException.ThrowIfNull(mistakes);
        ArgumentNullException.ThrowIfNull(data);
        if (mistakes.Count == 0)
            throw new ArgumentException("MistakePlot: mistakes must be at least one, but were none. Draw them only if there are some.", nameof(mistakes));
        NDArray images = data.Take(mistakes.Select(one => one.Row)).Images;
        ImageGrid.Save(
            path,
            images,
            [.. mistakes.Select(one => new ChosenClass(one.TrueClass, null))],
            [.. mistakes.Select(one => new ChosenClass(one.PredictedClass, one.Probability))],
            classNames,
            columns,
            scale);
    }
}
