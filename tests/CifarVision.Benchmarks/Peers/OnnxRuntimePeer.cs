using CifarVision.Models;
using Microsoft.ML.OnnxRuntime;

namespace CifarVision.Benchmarks.Peers;

/// <summary>An exported model in ONNX Runtime, on all processors.</summary>
internal static class OnnxRuntimePeer
{
    /// <summary>Exports a model and opens what was written.</summary>
    public static InferenceSession Open(Model model)
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
        try
        {
            model.ExportOnnx(path);
            using var options = new SessionOptions { IntraOpNumThreads = Environment.ProcessorCount };
            return new InferenceSession(path, options);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
