using Spectre.Console;

namespace CifarVision.Callbacks.Progress;

/// <summary>Properties of the terminal that the process writes to.</summary>
internal static class Terminal
{
    /// <summary>The console, if it is an interactive terminal; else null.</summary>
    public static IAnsiConsole? Open()
    {
        if (!IsInteractive(Console.IsOutputRedirected, Environment.GetEnvironmentVariable))
            return null;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings());
        return console.Profile.Capabilities.Ansi ? console : null;
    }

    /// <summary>
    /// Whether lines can be redrawn in place: not in a file or pipe, not in the log of a build server (which sets <c>CI</c>), not on
    /// a dumb terminal, and not where <c>NO_COLOR</c> asks for plain text.
    /// </summary>
    public static bool IsInteractive(bool redirected, Func<string, string?> environment) =>
        !redirected
        && string.IsNullOrEmpty(environment("CI"))
        && string.IsNullOrEmpty(environment("NO_COLOR"))
        && environment("TERM") != "dumb";
}
