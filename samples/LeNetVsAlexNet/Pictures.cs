using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Plotting;
using NumSharp;

namespace LeNetVsAlexNet;

/// <summary>All kinds of pictures that the library draws, for this run.</summary>
internal static class Pictures
{
    private const int Shown = 24;

    /// <summary>Saves the curves of both networks in one picture, and all other pictures for the last network.</summary>
    public static void Save(IReadOnlyList<Contender> contenders, Images images, string folder)
    {
        string In(string name) => Path.Combine(folder, name);

        #region comparison
        HistoryComparison.SavePlot(In("comparison.png"), contenders.Select(one => (one.Name, one.History)));
        #endregion

        (_, Sequential model, TrainingHistory history, _, NDArray predictions, ConfusionMatrix confusion) = contenders[^1];
        ImageDataset few = images.Test.Take(Math.Min(Shown, images.Test.Count));
        IReadOnlyList<string> classNames = images.ClassNames;

        #region history
        history.SavePlot(In("training.png"));
        #endregion

        #region confusion
        confusion.SavePlot(In("confusion.png"), classNames);
        #endregion

        #region images
        ImageGrid.Save(In("images.png"), few, predictions[$"0:{few.Count}"], classNames, columns: 6);
        #endregion

        #region model
        model.SavePlot(In("model.png"));
        #endregion

        #region filters
        model.SaveFilters(In("filters.png"), columns: 16);
        #endregion
    }
}
