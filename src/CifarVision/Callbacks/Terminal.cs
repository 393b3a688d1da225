namespace CifarVision.Callbacks;

/// <summary>What is known about the place where the process writes.</summary>
internal static class Terminal
{
    /// <summary>
    /// Whether someone sees a line drawn over itself: not in a file or pipe, not in the log of a build server (which sets <c>CI</c>), not on a
    /// terminal that calls itself dumb.
    /// </summary>
    public static bool IsInteractive(bool redirected, Func<string, string?> environment) =>
        !redirected && string.IsNullOrEmpty(environment("CI")) && environment("TERM") != "dumb";

    /// <summary>The number of columns; 80 where none is told.</summary>
    public static int Width
    {
        get
        {
            try
            {
                return Console.WindowWidth > 0 ? Console.WindowWidth : 80;
            }
            catch (IOException)
            {
                return 80;
            }
        }
    }
}
