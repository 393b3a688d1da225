using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace CifarVision.Mpi;

/// <summary>The processors that a process may use, as a number that tells sets apart.</summary>
internal static class ProcessorSet
{
    private const string Status = "/proc/self/status";
    private const string Line = "Cpus_allowed_list:";

    /// <summary>Returns the same number in two processes if and only if they may use the same processors of the same machine.</summary>
    public static double OfThisProcess()
    {
        string allowed = File.Exists(Status) ? File.ReadLines(Status).FirstOrDefault(line => line.StartsWith(Line, StringComparison.Ordinal)) ?? "" : "";
        return XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName} {allowed}")));
    }
}
