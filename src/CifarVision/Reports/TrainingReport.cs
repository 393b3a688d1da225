using System.Text;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Models;
using CifarVision.Reports.Page;
using CifarVision.Reports.Sections;
using CifarVision.Serialization;

namespace CifarVision.Reports;

/// <summary>
/// A report of a trained classifier as one HTML page: results, learning curves, evaluation on test data with images, the model, the data, the environment, and how
/// to repeat the run. The page needs no other file and no network, and works without script, on a phone, in print, in light and dark, and with a screen reader.
/// </summary>
public sealed class TrainingReport
{
    private readonly ReportPage _page;

    /// <summary>
    /// Predicts and evaluates the test data, and collects what the page shows. Later changes of the model do not change the report.
    /// </summary>
    /// <param name="model">A trained classifier of one input and one output, which ends with a softmax or sigmoid.</param>
    /// <param name="history">What Fit returned, or a history loaded from JSON.</param>
    /// <param name="testData">Images with labels that the model was not trained on.</param>
    /// <param name="classNames">The names of the classes. Default <c>class 0</c>, <c>class 1</c>, ...</param>
    /// <param name="trainData">The images of training, to show their numbers and hash. Default none.</param>
    /// <param name="title">The heading of the page. Default the name of the model.</param>
    /// <exception cref="ArgumentException">
    /// The model has several inputs or outputs, its outputs are no probabilities, the images do not fit it, there are no labels, or the number of names differs
    /// from the number of classes.
    /// </exception>
    /// <exception cref="InvalidOperationException">The model is not built.</exception>
    public TrainingReport(
        Model model, TrainingHistory history, ImageDataset testData, IReadOnlyList<string>? classNames = null, ImageDataset? trainData = null, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(testData);
        var results = new TestResults(model, testData, classNames);
        _page = new ReportPage(title ?? model.Name, Subtitle(history, testData), Sections(model, history, results, trainData));
    }

    /// <summary>Writes the page.</summary>
    /// <param name="path">A file that ends with <c>.html</c>; its folder must exist. An old file is kept until the new one is complete.</param>
    /// <exception cref="ArgumentException">The path does not end with .html.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!Path.GetExtension(path).Equals(".html", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"TrainingReport: path must end in .html, but was '{path}'.", nameof(path));
        byte[] page = Encoding.UTF8.GetBytes(_page.ToHtml());
        AtomicFile.Write(path, stream => stream.Write(page));
    }

    private static string Subtitle(TrainingHistory history, ImageDataset testData)
    {
        string epochs = FormattableString.Invariant($"{history.Epoch.Count} {(history.Epoch.Count == 1 ? "epoch" : "epochs")}");
        string started = history.Run is { } run ? FormattableString.Invariant($", started on {run.Started:yyyy-MM-dd} at {run.Started:HH:mm}") : "";
        return $"Trained for {epochs}{started}; tested on {ReportNumber.Count(testData.Count)} images.";
    }

    private static ReportSection[] Sections(Model model, TrainingHistory history, TestResults results, ImageDataset? trainData)
    {
        ReportSection?[] all =
        [
            new ResultSection(model, history, results),
            CurveSection.Create(history),
            new ScoreSection(results),
            new ConfusionSection(results),
            ThresholdSection.Create(results),
            new CalibrationSection(results),
            MistakeSection.Create(results),
            GradCamSection.Create(model, results),
            new DataSection(results, trainData),
            new ModelSection(model),
            new SettingsSection(model, history),
            EnvironmentSection.Create(history),
            new TimingSection(history, results),
            new RepeatSection(model, history),
        ];
        return [.. all.OfType<ReportSection>()];
    }
}
