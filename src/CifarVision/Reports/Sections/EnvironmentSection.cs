using System.Globalization;
using CifarVision.History;
using CifarVision.Reports.Page;

namespace CifarVision.Reports.Sections;

/// <summary>Where the model was trained.</summary>
internal sealed class EnvironmentSection : ReportSection
{
    private readonly FactList _facts = new();

    private EnvironmentSection(TrainingRun run)
        : base("environment", "Environment")
    {
        _facts.Add("Device", run.Device);
        _facts.Add("Precision", run.Precision);
        _facts.Add("Threads", ReportNumber.Count(run.Threads));
        if (run.Processes > 1)
            _facts.Add("Processes", ReportNumber.Count(run.Processes));
        _facts.Add("Seed", run.Seed.ToString(CultureInfo.InvariantCulture));
        foreach ((string name, string version) in run.Software.OrderBy(pair => pair.Key == "system"))
            _facts.Add(name == "system" ? "System" : name, version);
    }

    /// <summary>Creates the section; null if the history has no record of its run.</summary>
    public static EnvironmentSection? Create(TrainingHistory history) => history.Run is { } run ? new EnvironmentSection(run) : null;

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter html) => _facts.Write(html);
}
