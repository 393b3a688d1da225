using System.Diagnostics;
using CifarVision.Benchmarks.Measuring;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace CifarVision.Benchmarks.Peers;

/// <summary>Predict of AlexNet, and the same model exported and run by ONNX Runtime: float images in memory, batches of one size, all processors.</summary>
internal static class PredictAgainstOnnxRuntime
{
    public static IEnumerable<Figure> Measure(Effort effort, DTypePolicy precision)
    {
        using Sequential model = AlexNet();
        model.Compile(new SGD(), new CategoricalCrossentropy(), precision: precision);
        NDArray images = np.array(RandomImages.Floats(effort.PredictImages, side: 32)).reshape(effort.PredictImages, 32, 32, 3);
        NDArray first = images[$":{effort.BatchSize}"];
        string name = precision == DTypePolicy.MixedBFloat16 ? "predict_mixed_bfloat16" : "predict_float32";
        yield return Rate(name, effort, () => model.Predict(first, effort.BatchSize), () => model.Predict(images, effort.BatchSize));
    }

    public static IEnumerable<Figure> MeasureOnnxRuntime(Effort effort)
    {
        using Sequential model = AlexNet();
        using InferenceSession session = OnnxRuntimePeer.Open(model);
        using var run = new RunOptions();
        float[] images = RandomImages.Floats(effort.PredictImages, side: 32);
        var probabilities = new float[effort.PredictImages * RandomImages.Classes];
        yield return Rate("predict_onnxruntime", effort, () => Predict(0), PredictAll);

        void PredictAll()
        {
            for (int start = 0; start < effort.PredictImages; start += effort.BatchSize)
                Predict(start);
        }

        void Predict(int start)
        {
            const int values = 32 * 32 * 3;
            int count = Math.Min(effort.BatchSize, effort.PredictImages - start);
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, images.AsMemory(start * values, count * values), [count, 32, 32, 3]);
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, session.InputNames, [input], session.OutputNames);
            outputs[0].GetTensorDataAsSpan<float>().CopyTo(probabilities.AsSpan(start * RandomImages.Classes));
        }
    }

    private static Sequential AlexNet() => AlexNetBuilder.Create((32, 32, 3), RandomImages.Classes);

    // One call is seconds long, and a batch before it is enough of a warm-up.
    private static Figure Rate(string name, Effort effort, Action firstBatch, Action all)
    {
        firstBatch();
        long start = Stopwatch.GetTimestamp();
        all();
        return new Figure(name, effort.PredictImages / Stopwatch.GetElapsedTime(start).TotalSeconds, Figure.ImagesPerSecond);
    }
}
