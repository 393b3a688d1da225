using CifarVision.Mpi;

namespace CifarVision.Tests.Mpi;

/// <summary>A world without mpirun, for tests in this process.</summary>
internal static class OneProcess
{
    /// <summary>Starts it; skips the test where libmpi is not installed, which the message must tell.</summary>
    public static MpiWorld Start()
    {
        try
        {
            return MpiWorld.Start();
        }
        catch (DllNotFoundException missing)
        {
            Assert.Contains("apt-get install openmpi-bin", missing.Message, StringComparison.Ordinal);
            Assert.Skip(missing.Message);
            throw;
        }
    }
}
