using SharpFuzz;

namespace CifarVision.Fuzz;

/// <summary>A reader under AFL++, which chooses inputs by the branches that they reach; see the script afl.</summary>
internal static class AflTarget
{
    /// <summary>Copies the sound files of a reader into a folder.</summary>
    public static void CopySeeds(FuzzTarget target, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string seed in target.Seeds)
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Seeds", seed), Path.Combine(folder, seed), overwrite: true);
    }

    /// <summary>Reads what AFL++ sends until it ends the process. An exception that no file may lead to is a crash to it.</summary>
    public static void Run(FuzzTarget target)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("cifarvision-afl-").FullName, "input" + target.Ending);
        Fuzzer.Run(input =>
        {
            using (FileStream file = File.Create(path))
                input.CopyTo(file);
            if (target.Try(path) is { } fault)
                throw new InvalidOperationException($"{target.Name}: {fault.Message}", fault);
        });
    }
}
