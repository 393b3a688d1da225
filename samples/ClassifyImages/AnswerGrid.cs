using CifarVision.Plotting;
using NumSharp;

namespace ClassifyImages;

/// <summary>The first pictures of the table, each with its predicted class.</summary>
internal sealed class AnswerGrid
{
    private const int Most = 60;

    private readonly List<NDArray> _images = [];
    private readonly List<NDArray> _predictions = [];

    /// <summary>The number of pictures in the grid.</summary>
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

    /// <summary>Draws the grid.</summary>
    public void Save(string path, string[] classes)
    {
        ImageGrid.Save(path, np.concatenate([.. _images]), predictions: np.concatenate([.. _predictions]), classNames: classes);
    }
}
