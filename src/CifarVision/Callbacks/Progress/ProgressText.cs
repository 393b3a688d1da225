namespace CifarVision.Callbacks.Progress;

/// <summary>Formats the progress as Keras does. Other classes decide where and how often it is drawn.</summary>
internal static class ProgressText
{
    private const string Separator = " - ";

    /// <summary>Formats the end of a pass, in pieces: <c>352/352 bar 42s 119ms/step</c>, <c>accuracy: 0.4012</c>, <c>loss: 1.6543</c>.</summary>
    public static IEnumerable<string> Finished(StepTimer timer, int steps, IEnumerable<KeyValuePair<string, double>> figures, bool unicode) =>
        [$"{Count(timer.Steps, steps)} {Bar(timer.Steps, steps, 20, unicode)} {Seconds(timer.Seconds)} {PerStep(timer.SecondsPerStep)}", .. figures.Select(Figure)];

    /// <summary>Formats the same on one line without a bar: <c>352/352 - 42s - 119ms/step - accuracy: 0.4012 - loss: 1.6543</c>.</summary>
    public static string Summary(StepTimer timer, int steps, IEnumerable<KeyValuePair<string, double>> figures) => string.Join(
        Separator, [Count(timer.Steps, steps), Seconds(timer.Seconds), PerStep(timer.SecondsPerStep), .. figures.Select(Figure)]);

    /// <summary><c>accuracy: 0.4012</c>.</summary>
    public static string Figure(KeyValuePair<string, double> figure) => $"{figure.Key}: {Figure(figure.Value)}";

    /// <summary>Formats with four decimals, or as <c>5.0000e-04</c> where they would show too little.</summary>
    public static string Figure(double value) =>
        Math.Abs(value) > 1e-3 ? PythonFormat.Fixed(value, 4) : PythonFormat.Exponent(value, 4);

    /// <summary>Formats the position in a pass, <c> 12/352</c>, always in the same width.</summary>
    public static string Count(int step, int steps)
    {
        string target = FormattableString.Invariant($"{steps}");
        return $"{FormattableString.Invariant($"{step}").PadLeft(target.Length)}/{target}";
    }

    /// <summary>Draws the position as a bar of a number of columns.</summary>
    public static string Bar(int step, int steps, int width, bool unicode)
    {
        int done = steps == 0 ? width : (int)((long)width * Math.Min(step, steps) / steps);
        return new string(unicode ? '━' : '=', done) + new string(unicode ? '─' : '.', width - done);
    }

    /// <summary>Formats the duration of a step in a suitable unit: <c>2s/step</c>, <c>9ms/step</c>, <c>310us/step</c>.</summary>
    public static string PerStep(double seconds) => seconds switch
    {
        0 or >= 1 => $"{Seconds(seconds)}/step",
        >= 1e-3 => $"{PythonFormat.Fixed(seconds * 1e3, 0)}ms/step",
        _ => $"{PythonFormat.Fixed(seconds * 1e6, 0)}us/step",
    };

    /// <summary>Formats a speed: <c>1,306 images/s</c>, <c>0.4 images/s</c>.</summary>
    public static string Rate(double perSecond, string what) => perSecond < 10
        ? FormattableString.Invariant($"{perSecond:F1} {what}/s")
        : FormattableString.Invariant($"{perSecond:N0} {what}/s");

    /// <summary>Formats the remaining time: <c>9s</c>, <c>2:05</c>, <c>1:01:05</c>.</summary>
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

    /// <summary>Wraps the pieces into lines of a width. No piece is split; a wider one has its own line.</summary>
    public static IReadOnlyList<string> Fold(IEnumerable<string> pieces, int width, string separator = Separator)
    {
        var lines = new List<string>();
        foreach (string piece in pieces)
        {
            if (lines.Count > 0 && lines[^1].Length + separator.Length + piece.Length <= width)
                lines[^1] += separator + piece;
            else
                lines.Add(piece);
        }

        return lines;
    }

    private static string Seconds(double seconds) => $"{PythonFormat.Fixed(seconds, 0)}s";
}
