using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CifarVision.GpuCheck;

/// <summary>One run of the check: the sections in turn, each in processes of its own, until the time is over.</summary>
internal sealed class Check(string? data, string? json, TimeSpan time, IReadOnlyCollection<string> only)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly List<Row> _rows = [];

    /// <summary>Where CIFAR-10 lies; null if the user named no folder.</summary>
    public string? Data => data;

    /// <summary>What there is to compute with.</summary>
    public Machine Machine { get; private set; } = Machine.Unknown;

    /// <summary>The time that is left.</summary>
    public TimeSpan Left => time - Stopwatch.GetElapsedTime(_start);

    /// <summary>Runs it.</summary>
    /// <returns>Whether nothing failed.</returns>
    public bool Run()
    {
        try
        {
            Machine = Machine.Of(Child.Run("probe", Child.Own, ["probe"], Left));
        }
        catch (ChildFailedException failure)
        {
            // Nothing else can run.
            Add(new Row("libtorch", "probed and loaded", Outcome.Failed, Remark: failure.Message));
            Console.WriteLine(failure.Message);
            Save();
            return false;
        }

        Console.WriteLine(Machine);
        Console.WriteLine(Row.Header);
        Add(new Row("libtorch", "probed and loaded", Outcome.Passed, "s", Stopwatch.GetElapsedTime(_start).TotalSeconds, Remark: Machine.Warning));
        foreach (Section section in Sections.All.Where(section => only.Count == 0 || only.Contains(section.Name)))
        {
            if (Left <= TimeSpan.Zero)
                Add(new Row(section.Name, section.Title, Outcome.NotRun, Remark: "the time is over"));
            else
                Run(section);
            Save();
        }

        Console.WriteLine(FormattableString.Invariant(
            $"{_rows.Count(row => row.Outcome == Outcome.Passed)} passed, {_rows.Count(row => row.Outcome == Outcome.Failed)} failed, {_rows.Count(row => row.Outcome == Outcome.NotRun)} not run, in {(time - Left).TotalSeconds:F0} s"));
        return _rows.TrueForAll(row => row.Outcome != Outcome.Failed);
    }

    private void Run(Section section)
    {
        try
        {
            foreach (Row row in section.Run(this))
                Add(row);
        }
        catch (ChildFailedException failure)
        {
            Add(new Row(section.Name, section.Title, Left > TimeSpan.Zero ? Outcome.Failed : Outcome.NotRun, Remark: failure.Message));
        }
    }

    private void Add(Row row)
    {
        _rows.Add(row);
        if (Machine != Machine.Unknown)
            Console.WriteLine(row.ToText());
    }

    private void Save()
    {
        if (json is not null)
            File.WriteAllText(json, new JsonObject { ["machine"] = Machine.ToJson(), ["seconds"] = (time - Left).TotalSeconds, ["rows"] = new JsonArray([.. _rows.Select(row => row.ToJson())]) }.ToJsonString(Indented));
    }
}
