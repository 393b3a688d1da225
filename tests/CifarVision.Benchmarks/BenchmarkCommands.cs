using System.CommandLine;
using CifarVision.Benchmarks.Measuring;
using CifarVision.Benchmarks.Parts;
using CifarVision.Benchmarks.Peers;
using CifarVision.Benchmarks.Service;

namespace CifarVision.Benchmarks;

/// <summary>The commands: peers, parts, load, and measure, which is what peers starts as a process of its own.</summary>
internal static class BenchmarkCommands
{
    private static readonly Option<string?> Data = new("--data") { Description = "A folder with CIFAR-10's .bin files or .tar.gz. Default: CIFARVISION_DATA, else drawn images.", HelpName = "PATH" };

    /// <summary>Parses and runs; bad arguments are exit code 2.</summary>
    public static int Run(string[] args)
    {
        var root = new RootCommand("Measures CifarVision; see docs/performance.md.") { PeersCommand(), PartsCommand(), LoadCommand(), MeasureCommand() };
        ParseResult result = root.Parse(args);
        if (result.Errors.Count == 0)
            return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        foreach (System.CommandLine.Parsing.ParseError error in result.Errors)
            Console.Error.WriteLine(error.Message);
        Console.Error.WriteLine("Run with --help for the arguments.");
        return 2;
    }

    private static Command PeersCommand()
    {
        var json = new Option<string?>("--json") { Description = "Also write figures and ratios to this file.", HelpName = "FILE" };
        var quick = new Option<bool>("--quick") { Description = "Two short rounds instead of three: whether everything runs, not how fast." };
        var command = new Command("peers", "Everything against its peers, in one run of interleaved rounds.") { json, quick, Data };
        command.SetAction(parsed => PeerComparison.Run(
            parsed.GetValue(quick) ? Effort.Quick : Effort.Full, parsed.GetValue(Data), parsed.GetValue(json)));
        return command;
    }

    private static Command PartsCommand()
    {
        var command = new Command("parts", "The pieces, by BenchmarkDotNet, which takes all further arguments: parts --filter *Dropout*.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(parsed => PartBenchmarks.Run([.. parsed.UnmatchedTokens]));
        return command;
    }

    private static Command LoadCommand()
    {
        var address = new Option<string>("--url") { Description = "A running BrowserDemo on this machine.", DefaultValueFactory = _ => "http://localhost:5080" };
        address.Validators.Add(result =>
        {
            if (!Uri.TryCreate(result.GetValue(address), UriKind.Absolute, out Uri? url) || !url.IsLoopback)
                result.AddError("--url must be an address of this machine, as http://localhost:5080.");
        });
        var seconds = new Option<int>("--seconds") { Description = "How long to measure each number of clients.", DefaultValueFactory = _ => 10 };
        var command = new Command("load", "The sample BrowserDemo with 1, 8 and 64 clients at a time.") { address, seconds };
        command.SetAction(parsed => ServiceLoad.RunAsync(new Uri(parsed.GetValue(address)!), Math.Clamp(parsed.GetValue(seconds), 1, 60)));
        return command;
    }

    private static Command MeasureCommand()
    {
        Argument<string> name = new Argument<string>("name") { Description = "What to measure." }.AcceptOnlyFromAmong([.. Measurements.Names]);
        Option<string> effort = new Option<string>("--effort") { Description = "How thoroughly.", DefaultValueFactory = _ => Effort.Full.Name }
            .AcceptOnlyFromAmong([.. Effort.All.Select(effort => effort.Name)]);
        var command = new Command("measure", "One measurement in this process; its last line of output is the figures as JSON.") { name, effort, Data };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            Effort chosen = Effort.All.Single(one => one.Name == parsed.GetValue(effort));
            IReadOnlyList<Figure> figures = Measurements.Run(parsed.GetValue(name)!, chosen, parsed.GetValue(Data));
            Console.WriteLine(Figure.ToJson(figures).ToJsonString());
        });
        return command;
    }
}
