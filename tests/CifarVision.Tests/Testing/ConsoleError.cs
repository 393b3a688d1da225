namespace CifarVision.Tests.Testing;

/// <summary>What managed code prints on standard error.</summary>
internal static class ConsoleError
{
    /// <summary>Runs an action and returns what was printed meanwhile.</summary>
    public static string Capture(Action action)
    {
        TextWriter console = Console.Error;
        using var printed = new StringWriter();
        Console.SetError(printed);
        try
        {
            action();
        }
        finally
        {
            Console.SetError(console);
        }

        return printed.ToString();
    }
}
