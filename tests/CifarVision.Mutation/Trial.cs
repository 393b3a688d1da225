using System.Diagnostics;

namespace CifarVision.Mutation;

/// <summary>Runs tests on a changed copy of the library.</summary>
internal sealed class Trial : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _folder;
    private readonly string[] _arguments;
    private readonly byte[] _sound;

    /// <summary>Copies built tests; what they only link to stays linked.</summary>
    /// <param name="tests">The folder of the tests.</param>
    /// <param name="classes">Patterns of the classes to run.</param>
    public Trial(string tests, IReadOnlyList<string> classes)
    {
        // Beside the tests, which look for the repository above them.
        _folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(tests))!, $"mutation-{Environment.ProcessId}");
        Directory.CreateDirectory(_folder);
        _arguments = ["-noColor", "-stopOnFail", .. classes.SelectMany(pattern => new[] { "-class", pattern })];
        foreach (string folder in Directory.GetDirectories(tests, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(_folder, Path.GetRelativePath(tests, folder)));
        foreach (string path in Directory.GetFiles(tests, "*", SearchOption.AllDirectories))
            File.CreateSymbolicLink(Path.Combine(_folder, Path.GetRelativePath(tests, path)), Target(path));
        foreach (string name in new[] { "CifarVision.dll", "CifarVision.pdb", "CifarVision.Tests", "CifarVision.Tests.dll" })
        {
            string copy = Path.Combine(_folder, name);
            File.Delete(copy);
            File.Copy(Target(Path.Combine(tests, name)), copy);
        }

        Library = Path.Combine(_folder, "CifarVision.dll");
        _sound = File.ReadAllBytes(Library);
    }

    /// <summary>The path of the library.</summary>
    public string Library { get; }

    /// <summary>Runs the tests on a mutant, or without a change.</summary>
    /// <returns>Whether all passed. Tests that do not end have failed.</returns>
    public bool Passes(Mutant? mutant)
    {
        byte[] changed = [.. _sound];
        if (mutant is not null)
            changed[mutant.Offset] = mutant.Value;
        File.WriteAllBytes(Library, changed);
        var start = new ProcessStartInfo(Path.Combine(_folder, "CifarVision.Tests"), _arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        using Process run = Process.Start(start)!;
        run.OutputDataReceived += (_, _) => { };
        run.ErrorDataReceived += (_, _) => { };
        run.BeginOutputReadLine();
        run.BeginErrorReadLine();
        if (run.WaitForExit(Patience))
            return run.ExitCode == 0;
        run.Kill(entireProcessTree: true);
        run.WaitForExit();
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Target(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
}
