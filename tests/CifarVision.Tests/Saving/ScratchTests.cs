using System.Diagnostics; using CifarVision.Models; using CifarVision.Optimizers; using CifarVision.Losses;
namespace CifarVision.Tests.Saving;
public class ScratchTests
{
    [Fact]
    public void Bench()
    {
        using Sequential m = AlexNetBuilder.Create((32, 32, 3), 10);
        m.Compile(new SGD(), new CategoricalCrossentropy());
        byte[] raw = new byte[m.CountParams() * 4]; new Random(1).NextBytes(raw);
        string d = "/tmp/bench"; Directory.CreateDirectory(d);
        double T(Action a) { GC.Collect(); GC.WaitForPendingFinalizers(); var s = Stopwatch.StartNew(); a(); return s.Elapsed.TotalMilliseconds; }
        for (int r = 0; r < 4; r++)
        {
            double w = T(() => { using var f = new FileStream(d + "/raw.bin", FileMode.Create); f.Write(raw); f.Flush(true); });
            double w2 = T(() => CifarVision.Runtime.AtomicFile.Write(d + "/raw2.bin", s => s.Write(raw)));
            Console.WriteLine($"raw write {w:F0} atomic {w2:F0}");
            foreach (string e in new[] { ".keras", ".h5" }) Console.WriteLine($"save {e} {T(() => m.Save(d + "/m" + e)):F0}");
            foreach (string e in new[] { ".weights.h5", ".npz", ".safetensors" }) Console.WriteLine($"saveweights {e} {T(() => m.SaveWeights(d + "/m" + e)):F0}");
            byte[] into = new byte[raw.Length];
            double r1 = T(() => File.ReadAllBytes(d + "/raw.bin"));
            double r2 = T(() => { using var f = File.OpenRead(d + "/raw.bin"); f.ReadExactly(into); });
            Console.WriteLine($"raw read {r1:F0} into warm {r2:F0}");
            foreach (string e in new[] { ".keras", ".h5" }) Console.WriteLine($"load {e} {T(() => Sequential.Load(d + "/m" + e).Dispose()):F0}");
            foreach (string e in new[] { ".weights.h5", ".npz", ".safetensors", ".keras" }) Console.WriteLine($"loadweights {e} {T(() => m.LoadWeights(d + "/m" + e)):F0}");
        }
        Console.WriteLine($"create {T(() => AlexNetBuilder.Create((32, 32, 3), 10).Dispose()):F0}");
    }
}
