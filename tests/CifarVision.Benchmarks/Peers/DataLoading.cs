using CifarVision.Benchmarks.Measuring;
using CifarVision.Datasets;

namespace CifarVision.Benchmarks.Peers;

/// <summary>Loading CIFAR-10 against reading the bytes of the same files, which the operating system has in its cache.</summary>
internal static class DataLoading
{
    public static IEnumerable<Figure> Measure(Effort effort, string? data)
    {
        using Cifar10Files files = Cifar10Files.Prepare(data, effort.RecordsPerFile);
        double[] seconds = Measurement.SecondsPerCall([files.ReadAll, () => Cifar10Dataset.Load(files.Folder)], effort, CollectGarbage);
        yield return new Figure("read_files", seconds[0], Figure.Seconds);
        yield return new Figure("load_files", seconds[1], Figure.Seconds);
        yield return new Figure("load_archive", Measurement.SecondsPerCall(() => Cifar10Dataset.Load(files.Archive), effort, CollectGarbage), Figure.Seconds);
    }

    // So that no call pays for the arrays of the one before.
    private static void CollectGarbage()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
