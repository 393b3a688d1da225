using Spectre.Console;

namespace CifarVision.Callbacks.Progress;

/// <summary>What is known about the place where the process writes.</summary>
internal static class Terminal
{
    /// <summary>The console, if someone watches it and lines can be drawn over there; else null.</summary>
    public static IAnsiConsole? Open()
    {
        if (!IsInteractive(Console.IsOutputRedirected, Environment.GetEnvironmentVariable))
            return null;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings());
        return console.Profile.Capabilities.Ansi ? console : null;
    }

    /// <summary>
    /// Whether someone sees lines drawn over themselves: not in a file or pipe, not in the log of a build server (which sets <c>CI</c>), not on
    /// a terminal that calls itself dumb, nor where <c>NO_COLOR</c> asks for plain text.
    /// </summary>
    public static bool IsInteractive(bool redirected, Func<string, string?> environment) =>
        !redirected
        && string.IsNullOrEmpty(environment("CI"))
        && string.IsNullOrEmpty(environment("NO_COLOR"))
        && environment("TERM") != "dumb";
}
