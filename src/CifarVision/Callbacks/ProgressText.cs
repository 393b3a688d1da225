using System.Text;

namespace CifarVision.Callbacks;

/// <summary>The words and numbers of a progress line, as Keras writes them. Where and how often a line is drawn is not its business.</summary>
internal static class ProgressText
{
    private const int BarWidth = 20;

    /// <summary>While a pass runs: <c> 12/352 bar 3s 9ms/step - accuracy: 0.4012 - loss: 1.6543</c>, the time being what is left.</summary>
    public static string Running(int step, int steps, double secondsPerStep, IEnumerable<KeyValuePair<string, double>> figures, bool unicode) =>
        $"{Count(step, steps)} {Bar(step, steps, unicode)} {Remaining(secondsPerStep * (steps - step))} {PerStep(secondsPerStep)}{Figures(figures)}";

    /// <summary>When a pass is over: <c>352/352 bar 3s 9ms/step - accuracy: 0.4012 - loss: 1.6543</c>, the time being what it took.</summary>
    public static string Finished(
        int step, int steps, double seconds, double secondsPerStep, IEnumerable<KeyValuePair<string, double>> figures, bool unicode) =>
        $"{Count(step, steps)} {Bar(step, steps, unicode)} {Elapsed(seconds)} {PerStep(secondsPerStep)}{Figures(figures)}";

    /// <summary>The same without a bar: <c>352/352 - 3s - 9ms/step - accuracy: 0.4012 - loss: 1.6543</c>.</summary>
    public static string Summary(int step, int steps, double seconds, double secondsPerStep, IEnumerable<KeyValuePair<string, double>> figures) =>
        $"{Count(step, steps)} - {Elapsed(seconds)} - {PerStep(secondsPerStep)}{Figures(figures)}";

    /// <summary><c> - accuracy: 0.4012 - loss: 1.6543</c>.</summary>
    public static string Figures(IEnumerable<KeyValuePair<string, double>> figures)
    {
        var text = new StringBuilder();
        foreach ((string key, double value) in figures)
            text.Append(" - ").Append(key).Append(": ").Append(Figure(value));
        return text.ToString();
    }

    /// <summary>Four decimals; <c>5.0000e-04</c> where they would show too little.</summary>
    public static string Figure(double value) =>
        Math.Abs(value) > 1e-3 ? PythonFormat.Fixed(value, 4) : PythonFormat.Exponent(value, 4);

    /// <summary>A duration for each step in the unit that fits: <c>2s/step</c>, <c>9ms/step</c>, <c>310us/step</c>.</summary>
    public static string PerStep(double seconds) => seconds switch
    {
        0 or >= 1 => $"{PythonFormat.Fixed(seconds, 0)}s/step",
        >= 1e-3 => $"{PythonFormat.Fixed(seconds * 1e3, 0)}ms/step",
        _ => $"{PythonFormat.Fixed(seconds * 1e6, 0)}us/step",
    };

    /// <summary>A time that is left: <c>9s</c>, <c>2:05</c>, <c>1:01:05</c>.</summary>
    public static string Remaining(double seconds)
    {
        long whole = (long)seconds;
        return seconds switch
        {
            > 3600 => FormattableString.Invariant($"{whole / 3600}:{whole % 3600 / 60:00}:{whole % 60:00}"),
            > 60 => FormattableString.Invariant($"{whole / 60}:{whole % 60:00}"),
            _ => FormattableString.Invariant($"{whole}s"),
        };
    }

    private static string Elapsed(double seconds) => $"{PythonFormat.Fixed(seconds, 0)}s";

    private static string Count(int step, int steps)
    {
        string target = FormattableString.Invariant($"{steps}");
        return $"{FormattableString.Invariant($"{step}").PadLeft(target.Length)}/{target}";
    }

    private static string Bar(int step, int steps, bool unicode)
    {
        int done = steps == 0 ? BarWidth : (int)((long)BarWidth * step / steps);
        return new string(unicode ? '━' : '=', done) + new string(unicode ? '─' : '.', BarWidth - done);
    }
}
