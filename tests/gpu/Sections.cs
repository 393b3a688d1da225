using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CifarVision.GpuCheck;

/// <summary>The sections, in the order in which they run: what tells most in little time first.</summary>
internal static partial class Sections
{
    private static readonly string[] Nets = ["alexnet", "resnet20", "mobilenetv2"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Section> All { get; } =
    [
        new("golden", "cases of Keras", check => Tests(check, "golden", "cases of Keras", "Golden")),
        new("layers", "contracts of layers", check => Tests(check, "layers", "contracts of layers", "Layers", "Losses", "Metrics")),
        new("steps", "training steps", Steps),
        new("predict", "Predict", Predict),
        new("fast", "fast recipe, 8 epochs", check => Train(check, "fast", "fast recipe, 8 epochs", ["--recipe", "fast", "--epochs", "8"])),
        new("kill", "killed and resumed runs", KillAndResume),
        new("fast40", "fast recipe, 40 epochs", check => Train(check, "fast40", "fast recipe, 40 epochs", ["--recipe", "fast", "--epochs", "40"])),
        new("listing", "the listing's 100 epochs", check => Train(check, "listing", "the listing's 100 epochs", ["--recipe", "seed", "--epochs", "100"])),
    ];

    // The tests compute on the default device, which is the card where there is one. Exports are left out: other programs run them.
    private static IEnumerable<Row> Tests(Check check, string section, string title, params string[] namespaces)
    {
        string report = Path.Combine(Path.GetTempPath(), $"cifarvision-{Environment.ProcessId}-{section}.xml");
        try
        {
            Child child = Child.Finish(title, Child.Beside("CifarVision.Tests"), ["-noLogo", "-noColor", .. namespaces.SelectMany(name => new[] { "-namespace", $"CifarVision.Tests.{name}*" }), "-method-", "*Onnx*", "-method-", "*TensorFlowJs*", "-xml", report], check.Left);
            if (!File.Exists(report))
                throw new ChildFailedException($"{title}: the tests wrote no report, exit code {child.ExitCode}: {child.Errors.Trim()}");
            return [.. TestReport.Read(report, section, title), .. section == "golden" ? Ledger(child) : []];
        }
        finally
        {
            File.Delete(report);
        }
    }

    // The tests' own count of cases that were compared by a test that passed.
    private static IEnumerable<Row> Ledger(Child child) => LedgerLine().Matches(child.Output).Select(line => new Row(
        "golden", $"cases of Keras met in {line.Groups["precision"].Value}", Outcome.Passed, "cases", double.Parse(line.Groups["met"].Value, CultureInfo.InvariantCulture), Remark: $"of {line.Groups["all"].Value}"));

    private static IEnumerable<Row> Steps(Check check)
    {
        bool hasCard = check.Machine.HasCard;
        string[] amount = hasCard ? ["--batch-size", "128", "--steps", "100"] : ["--batch-size", "4", "--steps", "2"];
        string? obstacle = PyTorch.Obstacle(check.Left);
        foreach (string net in Nets)
        {
            foreach (Precision precision in hasCard ? Enum.GetValues<Precision>() : [Precision.Float32, Precision.BFloat16])
            {
                string what = $"{net} {precision}";
                if (check.Left <= TimeSpan.Zero)
                {
                    yield return new Row("steps", what, Outcome.NotRun, Remark: "the time is over");
                    continue;
                }

                (JsonObject? ours, JsonObject? theirs, string remark) = RunBoth(check, what, ["step", net, precision.ToString(), .. amount], obstacle);
                if (ours is null)
                {
                    yield return Unfinished(check, "steps", what, remark);
                    continue;
                }

                yield return Compared("steps", what, "images/s", "images_per_second", ours, theirs, remark);
                yield return Compared("steps", $"{what}, peak memory", "MiB", "peak_mebibytes", ours, theirs, "");
                Row weights = Compared("steps", $"{what}, weights to train", "numbers", "parameters", ours, theirs, "");
                if (theirs is not null)
                    yield return weights.Ours == weights.PyTorchs ? weights : weights with { Outcome = Outcome.Failed, Remark = "the nets differ" };
            }
        }
    }

    private static IEnumerable<Row> Predict(Check check)
    {
        string[] amount = check.Machine.HasCard ? ["--batch-size", "256", "--images", "20000"] : ["--batch-size", "16", "--images", "32"];
        string? obstacle = PyTorch.Obstacle(check.Left);
        foreach (Precision precision in new[] { Precision.Float32, Precision.BFloat16 })
        {
            string folder = Directory.CreateTempSubdirectory("cifarvision-predict-").FullName;
            try
            {
                string what = $"Predict of alexnet {precision}";
                (JsonObject? ours, JsonObject? theirs, string remark) = RunBoth(check, what, ["predict", folder, precision.ToString(), .. amount], obstacle);
                yield return ours is null ? Unfinished(check, "predict", what, remark) : Compared("predict", what, "images/s", "images_per_second", ours, theirs, remark);
                if (theirs is null)
                    continue;
                double difference = theirs["largest_difference"]!.GetValue<double>();
                double allowed = precision == Precision.Float32 ? 1e-5 : 0.02;
                yield return new Row("predict", $"{what}, largest difference", difference <= allowed ? Outcome.Passed : Outcome.Failed, "", difference, Remark: FormattableString.Invariant($"of probabilities with the same weights; at most {allowed}"));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static IEnumerable<Row> Train(Check check, string section, string title, IEnumerable<string> recipe)
    {
        if (check.Data is null || !check.Machine.HasCard)
        {
            yield return new Row(section, title, Outcome.NotRun, Remark: check.Data is null ? "no --data" : "no card");
            yield break;
        }

        string folder = Directory.CreateTempSubdirectory("cifarvision-train-").FullName;
        try
        {
            long start = Stopwatch.GetTimestamp();
            Child child = Child.Run(title, Child.Beside("AlexNetCifar10"), ["--data", check.Data, "--seed", "1", "--verbose", "2", "--output", folder, .. recipe], check.Left);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            Match result = AccuracyLine().Match(child.Output);
            yield return new Row(section, $"{title}, test accuracy", result.Success ? Outcome.Passed : Outcome.Failed, "", result.Success ? double.Parse(result.Groups["accuracy"].Value, CultureInfo.InvariantCulture) : null);
            yield return new Row(section, $"{title}, time", Outcome.Passed, "s", seconds, Remark: "with the start of the process and the reading of the files");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // A card is not promised to repeat bits, so there a difference is told and is no failure.
    private static IEnumerable<Row> KillAndResume(Check check)
    {
        Child child = Child.Finish("killed runs", Child.Beside("CifarVision.KillTest"), ["--kills", check.Machine.HasCard ? "3" : "1", "--precision", "Float32"], check.Left);
        string[] lines = [.. child.Output.Split('\n').Where(line => line.Contains(" kill ", StringComparison.Ordinal) || line.EndsWith(" with the same bits", StringComparison.Ordinal))];
        if (lines.Length == 0)
            throw new ChildFailedException($"killed runs: exit code {child.ExitCode}: {child.Errors.Trim()}");
        yield return new Row("kill", "killed runs resumed and ended", child.ExitCode == 0 || check.Machine.HasCard ? Outcome.Passed : Outcome.Failed, Remark: lines[^1]);
    }

    // What PyTorch cannot compute, such as bfloat16 on an older processor, has no figure to compare with.
    private static (JsonObject? Ours, JsonObject? PyTorchs, string Remark) RunBoth(Check check, string what, IReadOnlyList<string> arguments, string? obstacle)
    {
        JsonObject? ours = Try(() => Child.Run(what, Child.Own, arguments, check.Left).Result(what), out string remark);
        if (ours is null)
            return (null, null, remark);
        if (obstacle is not null)
            return (ours, null, obstacle);
        JsonObject? theirs = Try(() => PyTorch.Run(what, arguments, check.Left), out remark);
        return (ours, theirs, remark);
    }

    private static Row Unfinished(Check check, string section, string what, string remark) =>
        new(section, what, check.Left > TimeSpan.Zero ? Outcome.Failed : Outcome.NotRun, Remark: remark);

    // One net that fails leaves the others.
    private static JsonObject? Try(Func<JsonObject> run, out string failure)
    {
        try
        {
            failure = "";
            return run();
        }
        catch (ChildFailedException error)
        {
            failure = error.Message;
            return null;
        }
    }

    private static Row Compared(string section, string what, string unit, string key, JsonObject ours, JsonObject? theirs, string remark) =>
        new(section, what, Outcome.Passed, unit, ours[key]!.GetValue<double>(), theirs?[key]!.GetValue<double>(), remark);

    [GeneratedRegex(@"oracle cases met in (?<precision>\w+): (?<met>\d+) of (?<all>\d+)")]
    private static partial Regex LedgerLine();

    [GeneratedRegex(@"test accuracy: (?<accuracy>[\d.]+)")]
    private static partial Regex AccuracyLine();
}
