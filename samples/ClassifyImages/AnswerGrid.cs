using CifarVision.Plotting;
using NumSharp;

namespace ClassifyImages;

/// <summary>The first pictures in the order of the table, each with what it was taken for.</summary>
internal sealed class AnswerGrid
{
    private const int Most = 60;

    private readonly List<NDArray> _images = [];
    private readonly List<NDArray> _predictions = [];

    /// <summary>How many pictures it shows.</summary>
    public int Count => _images.Count;

    /// <summary>Adds a picture, unless the grid is full.</summary>
    /// <param name="image">(height, width, 3), 0 .. 255.</param>
    /// <param name="prediction">The model's output, (1, classes).</param>
    public void Add(NDArray image, NDArray prediction)
    {
        if (Count == Most)
            return;
        _images.Add(np.expand_dims(image, 0));
        _predictions.Add(prediction);
    }

    /// <summary>Draws it.</summary>
    public void Save(string path, string[] classes)
    {
        ImageGrid.Save(path, np.concatenate([.. _images]), predictions: np.concatenate([.. _predictions]), classNames: classes);
    }
}
