namespace CifarVision.Tests.Testing;

/// <summary>Swallows what is printed for the length of a test, and keeps it.</summary>
internal sealed class QuietConsole : IDisposable
{
    private readonly TextWriter _console = Console.Out;
    private readonly StringWriter _printed = new();

    public QuietConsole() => Console.SetOut(_printed);

    public string Printed => _printed.ToString();

    public void Dispose()
    {
        Console.SetOut(_console);
        _printed.Dispose();
    }
}
