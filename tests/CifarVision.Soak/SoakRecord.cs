using System.Globalization;
using System.Text;
using CifarVision.Plotting;
using CifarVision.Plotting.Lines;

namespace CifarVision.Soak;

/// <summary>The measurements of all phases.</summary>
internal sealed class SoakRecord
{
    // Noise of the garbage collector, of malloc and of the system, in MB. Tensors and handles may not grow at all.
    private static readonly double[] Noise = [1, 1, 5, 0, 0];

    // Buffers and pools reach their size first.
    private const double Start = 0.4;
    private const double End = 0.8;

    private readonly Dictionary<string, List<Measurement>> _phases = [];
    private IReadOnlyList<string> _handles = [];

    /// <summary>Adds a measurement.</summary>
    public void Add(string phase, Measurement measurement)
    {
        if (!_phases.TryGetValue(phase, out List<Measurement>? measurements))
            _phases.Add(phase, measurements = []);
        measurements.Add(measurement);
        IReadOnlyList<string> handles = Measurement.Handled();
        if (measurements.Count > 1 && handles.Count > _handles.Count)
            Console.Error.WriteLine($"{phase}, after {measurement.Count}, new handles: {string.Join(", ", handles.Except(_handles))}");
        _handles = handles;
    }

    /// <summary>Writes a table.</summary>
    public void SaveCsv(string path)
    {
        var text = new StringBuilder($"phase,count,{string.Join(',', Measurement.Names.Select(name => name.ToLowerInvariant()))}\n");
        foreach ((string phase, List<Measurement> measurements) in _phases)
        {
            foreach (Measurement one in measurements)
                text.Append(CultureInfo.InvariantCulture, $"\"{phase}\",{one.Count},{string.Join(',', one.Values.Select(value => value.ToString("0.##", CultureInfo.InvariantCulture)))}\n");
        }

        File.WriteAllText(path, text.ToString());
    }

    /// <summary>Draws each phase.</summary>
    public void SavePlot(string path) => PlotFigure.SaveColumns(path, width: 1500, height: 500, [.. _phases.Select(phase => Panel(phase.Key, phase.Value))]);

    /// <summary>Prints the medians of each value over the middle and the last fifth of each phase.</summary>
    /// <returns>Whether nothing grew.</returns>
    public bool Report(TextWriter output)
    {
        bool isFlat = true;
        foreach ((string phase, List<Measurement> measurements) in _phases)
        {
            output.WriteLine(phase);
            for (int i = 0; i < Measurement.Names.Count; i++)
            {
                (double start, double end) = (Median(measurements, i, Start), Median(measurements, i, End));
                bool grows = end > start + Noise[i];
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    {Measurement.Names[i]}: {start:0.##} to {end:0.##}{(grows ? " GROWS" : "")}"));
                isFlat &= !grows;
            }
        }

        return isFlat;
    }

    private static double Median(List<Measurement> measurements, int value, double from)
    {
        double[] sorted = [.. measurements.Skip((int)(from * measurements.Count)).Take(Math.Max(1, measurements.Count / 5)).Select(one => one.Values[value]).Order()];
        return sorted[sorted.Length / 2];
    }

    private static LinePanel Panel(string phase, List<Measurement> measurements) => new(
        phase,
        phase[(phase.IndexOf(' ', StringComparison.Ordinal) + 1)..],
        "MB; tensors and handles: number",
        [.. Measurement.Names.Select((name, i) => new LineSeries(name, [.. measurements.Select(one => (double)one.Count)], [.. measurements.Select(one => one.Values[i])]) { Look = LineLook.Of(i) })]);
}
