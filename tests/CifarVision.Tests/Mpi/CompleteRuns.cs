using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Mpi;

/// <summary>Runs of CifarVision.MpiTest that several tests compare with others; each is made once.</summary>
public sealed class CompleteRuns : IDisposable
{
    private readonly Dictionary<(int Ranks, string Model), TemporaryFolder> _folders = [];

    /// <summary>Returns the folder of a run, with the files of each rank.</summary>
    /// <param name="ranks">How many processes; 0 for one without mpirun.</param>
    /// <param name="model">The name of a model of CifarVision.MpiTest.</param>
    internal TemporaryFolder Of(int ranks, string model)
    {
        if (_folders.TryGetValue((ranks, model), out TemporaryFolder? folder))
            return folder;
        folder = new TemporaryFolder();
        _folders.Add((ranks, model), folder);
        MpiResults.Complete(ranks, folder, model);
        return folder;
    }

    public void Dispose()
    {
        foreach (TemporaryFolder folder in _folders.Values)
            folder.Dispose();
    }
}
