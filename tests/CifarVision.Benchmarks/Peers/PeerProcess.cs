using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CifarVision.Benchmarks.Measuring;

namespace CifarVision.Benchmarks.Peers;

/// <summary>Starts a peer's process and takes the figures from the last line that it prints.</summary>
internal static class PeerProcess
{
    /// <summary>Runs to the end.</summary>
    /// <exception cref="InvalidOperationException">The process failed; the message holds what it printed.</exception>
    public static IReadOnlyList<Figure> Run(Peer peer)
    {
        var start = new ProcessStartInfo(peer.Program, peer.Arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string variable, string? value) in peer.Environment)
            start.Environment[variable] = value;
        using Process process = Process.Start(start)!;
        var complaints = new StringBuilder();
        process.ErrorDataReceived += (_, line) => complaints.AppendLine(line.Data);
        process.BeginErrorReadLine();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        string last = output.TrimEnd().Split('\n')[^1];
        try
        {
            return process.ExitCode == 0 ? Figure.FromJson(last) : throw Failed($"ended with exit code {process.ExitCode}", null);
        }
        catch (JsonException error)
        {
            throw Failed($"printed no figures, but '{last}'", error);
        }

        InvalidOperationException Failed(string how, Exception? inner) =>
            new($"{peer.Name}: {peer.Program} {string.Join(' ', peer.Arguments)} {how}.\n{complaints.ToString().TrimEnd()}", inner);
    }
}
