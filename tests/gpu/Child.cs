using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CifarVision.GpuCheck;

/// <summary>A process that does one thing, and what it printed.</summary>
internal sealed record Child(int ExitCode, string Output, string Errors)
{
    // A libtorch that does not fit is a message of some 1500.
    private const int MostCharacters = 3000;

    /// <summary>This program, to be started again with a command.</summary>
    public static string Own => Environment.ProcessPath!;

    /// <summary>The last line of output as JSON.</summary>
    /// <exception cref="ChildFailedException">It is none.</exception>
    public JsonObject Result(string name)
    {
        string last = Output.TrimEnd().Split('\n')[^1];
        try
        {
            return JsonNode.Parse(last)!.AsObject();
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new ChildFailedException($"{name} printed no figures, but '{last}'");
        }
    }

    /// <summary>A program beside this one.</summary>
    public static string Beside(string program) => Path.Combine(AppContext.BaseDirectory, program);

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="ChildFailedException">It cannot be started, fails, or takes longer than there is time.</exception>
    public static Child Run(string name, string program, IEnumerable<string> arguments, TimeSpan time)
    {
        Child child = Finish(name, program, arguments, time);
        string complaint = child.Errors.Trim() is { Length: > 0 } errors ? errors : child.Output.Trim();
        return child.ExitCode == 0 ? child : throw new ChildFailedException($"{name} ended with exit code {child.ExitCode}: {Tail(complaint)}");
    }

    /// <summary>Runs a program to its end, whatever its exit code.</summary>
    /// <exception cref="ChildFailedException">It cannot be started, or takes longer than there is time.</exception>
    public static Child Finish(string name, string program, IEnumerable<string> arguments, TimeSpan time)
    {
        var output = new StringBuilder();
        var errors = new StringBuilder();
        using var process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };
        process.OutputDataReceived += (_, line) => output.Append(line.Data).Append('\n');
        process.ErrorDataReceived += (_, line) => errors.Append(line.Data).Append('\n');
        try
        {
            process.Start();
        }
        catch (Win32Exception failure)
        {
            throw new ChildFailedException($"{name}: {program} does not start: {failure.Message}");
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (process.WaitForExit(TimeSpan.FromSeconds(Math.Max(1, time.TotalSeconds))))
        {
            // Until both streams are read.
            process.WaitForExit();
            return new Child(process.ExitCode, output.ToString(), errors.ToString());
        }

        process.Kill(entireProcessTree: true);
        throw new ChildFailedException(FormattableString.Invariant($"{name} was ended after {time.TotalSeconds:F0} s"));
    }

    private static string Tail(string text)
    {
        // Of Python's list of calls only the error at its end tells anything here.
        if (text.Contains("Traceback (most recent call last):", StringComparison.Ordinal))
            text = text.Split('\n')[^1];
        return text.Length <= MostCharacters ? text : "... " + text[^MostCharacters..];
    }
}
