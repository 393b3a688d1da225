using CifarVision.Benchmarks.Measuring;
using CifarVision.Runtime;

namespace CifarVision.Benchmarks.Peers;

/// <summary>
/// The command <c>peers</c>. Every measurement is made by a process of its own, so that none inherits memory, threads or settings from
/// another. A round starts each once, in turn, so that a slow minute of the machine hits all alike; a figure is the median of its rounds.
/// </summary>
internal static class PeerComparison
{
    /// <summary>Measures, prints the tables and writes the JSON file if asked for.</summary>
    /// <returns>The exit code: 1 where a measurement failed.</returns>
    public static int Run(Effort effort, string? data, string? jsonPath)
    {
        string? obstacle = PyTorch.Obstacle();
        bool withBFloat16 = TorchInstructions.OfThisProcess.HasFastBFloat16;
        Peer[] peers = [.. PeerList.Create(effort, data, withPyTorch: obstacle is null, withBFloat16)];
        IReadOnlyList<Summary> summaries;
        try
        {
            summaries = Measure(peers, effort.Rounds, PeerProcess.Run, Console.Error);
        }
        catch (InvalidOperationException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }

        IReadOnlyDictionary<string, double> ratios = Ratio.Compute(summaries.ToDictionary(summary => summary.Figure.Name, summary => summary.Figure.Value));
        Report.Print(Console.Out, summaries, ratios);
        if (obstacle is not null)
            Console.WriteLine(obstacle);
        if (!withBFloat16)
            Console.WriteLine("The rows of bfloat16 were left out: torch has no fast instructions for it here. Fit, memory and the first step were measured in float32.");
        if (effort != Effort.Full)
            Console.WriteLine("This was a quick run: its figures say that everything works, not how fast.");
        if (jsonPath is not null)
            File.WriteAllText(jsonPath, Report.ToJson(summaries.Select(summary => summary.Figure), ratios) + "\n");
        return 0;
    }

    /// <summary>The rounds.</summary>
    internal static IReadOnlyList<Summary> Measure(IReadOnlyList<Peer> peers, int rounds, Func<Peer, IReadOnlyList<Figure>> run, TextWriter progress)
    {
        var readings = new OrderedDictionary<string, List<Figure>>();
        for (int round = 0; round < rounds; round++)
        {
            foreach (Peer peer in peers.Where(peer => round == 0 || !peer.OnceOnly))
            {
                foreach (Figure figure in run(peer))
                {
                    progress.WriteLine($"round {round + 1} of {rounds}: {figure.Name} {figure.Value:G4} {figure.Unit}");
                    if (!readings.TryAdd(figure.Name, [figure]))
                        readings[figure.Name].Add(figure);
                }
            }
        }

        return [.. readings.Values.Select(Summary.Of)];
    }
}
