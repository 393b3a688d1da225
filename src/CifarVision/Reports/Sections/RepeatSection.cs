using System.Globalization;
using System.Text;
using CifarVision.History;
using CifarVision.Models;
using CifarVision.Reports.Page;

namespace CifarVision.Reports.Sections;

/// <summary>A program that repeats the run, and the architecture as a file.</summary>
internal sealed class RepeatSection : ReportSection
{
    private const string DefaultEpochs = "1";

    private readonly string? _json;
    private readonly string _program;

    /// <summary>Collects what the program needs.</summary>
    public RepeatSection(Model model, TrainingHistory history)
        : base("repeat", "How to repeat the run")
    {
        _json = ToJson(model);
        _program = Program(history, _json is not null);
    }

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter html)
    {
        html.Element("p", "The same seed, data and number of threads give the same run on a processor of the same kind. Callbacks, weights of classes and how the data was loaded are not recorded.");
        using (html.Within("pre", ("tabindex", "0"), ("role", "region"), ("aria-label", "Program that repeats the run")))
            html.Element("code", _program.TrimEnd());
        if (_json is null)
            return;
        using HtmlWriter.Scope paragraph = html.Within("p");
        html.Element("a", "model.json", ("download", "model.json"), ("href", $"data:application/json;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(_json))}"));
        html.Text(" has the architecture and the arguments of Compile, without weights. Keras' model_from_json reads it too.");
    }

    // A layer of the user's own need not have a config.
    private static string? ToJson(Model model)
    {
        try
        {
            return model.ToJson();
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private static string Program(TrainingHistory history, bool hasJson)
    {
        var text = new StringBuilder();
        string epochs = history.Params.TryGetValue("epochs", out int asked) ? FormattableString.Invariant($"{asked}") : DefaultEpochs;
        if (history.Run is { } run)
        {
            foreach ((string package, string version) in run.Software.Where(pair => pair.Key is "CifarVision"))
                text.Append(FormattableString.Invariant($"// dotnet add package {package} --version {version}\n"));
            text.Append(FormattableString.Invariant($"TorchRuntime.Threads = {run.Threads};\n"));
            text.Append(FormattableString.Invariant($"TorchRuntime.SetSeed({run.Seed});    // before the model is created\n"));
        }

        text.Append(hasJson ? "Model model = Model.FromJson(File.ReadAllText(\"model.json\"));\n" : "Model model = ...;    // has layers without a config\n");
        string batch = history.Run is { } known ? FormattableString.Invariant($", batchSize: {known.BatchSize}") : "";
        string validation = history.Run is { ValidationSamples: > 0 } ? ", validationData: validation" : "";
        text.Append(CultureInfo.InvariantCulture, $"model.Fit(train{batch}, epochs: {epochs}{validation});\n");
        return text.ToString();
    }
}
