using CifarVision.Mpi;

namespace CifarVision.Tests.Mpi;

public class LauncherTests
{
    [Theory]
    [InlineData("", false, null)]
    [InlineData("OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=4", false, 4)]
    [InlineData("PMI_RANK=1 PMI_SIZE=2", true, 2)]
    [InlineData("PMIX_RANK=1 SLURM_STEP_NUM_TASKS=8", false, 8)]
    [InlineData("SLURM_STEP_NUM_TASKS=8", false, 8)]
    [InlineData("SLURM_STEP_NUM_TASKS=1 SLURM_PROCID=0", false, null)]
    public void Detect_Environment_TellsTheLauncher(string environment, bool isMpich, int? processes)
    {
        Dictionary<string, string> variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);

        Launcher launcher = Launcher.Detect(variables.GetValueOrDefault);

        Assert.Equal(processes is not null, launcher.IsPresent);
        Assert.Equal(isMpich, launcher.IsMpich);
        Assert.Equal(processes, launcher.Processes);
    }

    [Fact]
    public void RequireSize_LibraryOfAnotherLauncher_SaysWhatToDo()
    {
        var launcher = new Launcher("PMI_RANK", true, 4);

        launcher.RequireSize(4, "MPICH");
        string message = Assert.Throws<InvalidOperationException>(() => launcher.RequireSize(1, "Open MPI v4.1.4")).Message;

        Assert.Equal(
            "MpiWorld: the 4 processes that were started (PMI_RANK) must find each other, but Open MPI v4.1.4 found 1. "
            + "Start them with the mpirun of this library, or with srun --mpi=pmix (srun --mpi=list names what there is).",
            message);
    }
}
