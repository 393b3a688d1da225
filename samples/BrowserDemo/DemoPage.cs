using CifarVision.Plotting;

namespace BrowserDemo;

/// <summary>What the page needs of a model: its export for TensorFlow.js, its drawing, and examples.</summary>
/// <param name="Folder">Where these files are.</param>
/// <param name="Examples">The names of the example pictures.</param>
/// <param name="ExportError">Why TensorFlow.js cannot run the model, or null.</param>
internal sealed record DemoPage(string Folder, IReadOnlyList<string> Examples, string? ExportError)
{
    /// <summary>Writes the files of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="output">The folder to write into.</param>
    public static DemoPage Write(DemoModel model, string output)
    {
        string folder = Path.Combine(Path.GetFullPath(output), "page");
        Directory.CreateDirectory(folder);
        model.Model.SavePlot(Path.Combine(folder, "network.svg"));
        string? exportError = null;
        try
        {
            model.Model.ExportTensorFlowJs(Path.Combine(folder, "model"));
        }
        catch (NotSupportedException error)
        {
            exportError = error.Message;
        }

        string[] examples = model.Examples is null ? [] : [.. Directory.EnumerateFiles(model.Examples, "*.png").Order(StringComparer.Ordinal)];
        return new DemoPage(folder, [.. examples.Select(Path.GetFileName)!], exportError);
    }
}
