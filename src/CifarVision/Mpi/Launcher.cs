using System.Globalization;

namespace CifarVision.Mpi;

/// <summary>What started this process, as its environment tells: mpirun of Open MPI or of MPICH, srun, or none of them.</summary>
/// <param name="Variable">The variable that tells; null where none does.</param>
/// <param name="IsMpich">Whether the launcher is one of MPICH's, or one that speaks its protocol.</param>
/// <param name="Processes">How many processes were started; null where the environment does not tell.</param>
internal sealed record Launcher(string? Variable, bool IsMpich, int? Processes)
{
    // Each variable is set for every process that the launcher starts. Slurm's own tells of a step, which sbatch alone has none of.
    private static readonly (string Variable, bool IsMpich, string? Count)[] Known =
    [
        ("OMPI_COMM_WORLD_RANK", false, "OMPI_COMM_WORLD_SIZE"),
        ("PMI_RANK", true, "PMI_SIZE"),
        ("PMIX_RANK", false, null),
    ];

    /// <summary>Whether there is a launcher.</summary>
    public bool IsPresent => Variable is not null;

    /// <summary>Reads the environment.</summary>
    public static Launcher Detect(Func<string, string?> environment)
    {
        int? slurm = Number(environment("SLURM_STEP_NUM_TASKS"));
        foreach ((string variable, bool isMpich, string? count) in Known)
        {
            if (environment(variable) is not null)
                return new Launcher(variable, isMpich, (count is null ? null : Number(environment(count))) ?? slurm);
        }

        return slurm > 1 ? new Launcher("SLURM_STEP_NUM_TASKS", false, slurm) : new Launcher(null, false, null);
    }

    /// <summary>Checks that libmpi found the processes that the launcher started.</summary>
    /// <exception cref="InvalidOperationException">It found another number: it is not the library of this launcher.</exception>
    public void RequireSize(int size, string version)
    {
        if (Processes is { } processes && processes != size)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"MpiWorld: the {processes} processes that were started ({Variable}) must find each other, but {version} found {size}. Start them with the mpirun of this library, or with srun --mpi=pmix (srun --mpi=list names what there is)."));
        }
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
