using CifarVision.Benchmarks.Measuring;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace CifarVision.Benchmarks.Peers;

/// <summary>MobileNetV2 at 224 x 224 in float32, in batches of 32: a training step, Predict, and the exported model in ONNX Runtime.</summary>
internal static class MobileNetV2Speed
{
    private const int Side = 224;
    private const int Classes = 1000;

    public static IEnumerable<Figure> MeasureStep(Effort effort)
    {
        int batchSize = BatchSize(effort);
        using Model model = Create();
        var optimizer = new SGD(learningRate: 0.01);
        var loss = new CategoricalCrossentropy();
        model.Compile(optimizer, loss, precision: DTypePolicy.Float32);
        Weight[] weights = [.. model.Weights.Where(weight => weight.Trainable)];
        using Tensor images = torch.rand(batchSize, Side, Side, 3);
        using Tensor labels = torch.eye(Classes)[TorchMath.Arange(batchSize, ScalarType.Int64, torch.CPU)];
        double seconds = Measurement.SecondsPerCall(Step, effort);
        yield return new Figure("mobilenetv2_step", batchSize / seconds, Figure.ImagesPerSecond);

        void Step()
        {
            using var scope = torch.NewDisposeScope();
            Tensor value = loss.Call(labels, model.Forward(images, training: true));
            optimizer.Apply(weights, Gradients.Of(value, [.. weights.Select(weight => weight.Value)]));
        }
    }

    public static IEnumerable<Figure> MeasurePredict(Effort effort)
    {
        using Model model = Create();
        model.Compile(new SGD(), new CategoricalCrossentropy(), precision: DTypePolicy.Float32);
        int batchSize = BatchSize(effort);
        NDArray images = np.array(RandomImages.Floats(batchSize, Side)).reshape(batchSize, Side, Side, 3);
        yield return Rate("mobilenetv2_predict", effort, () => model.Predict(images, batchSize));
    }

    public static IEnumerable<Figure> MeasureOnnxRuntime(Effort effort)
    {
        using Model model = Create();
        using InferenceSession session = OnnxRuntimePeer.Open(model);
        using var run = new RunOptions();
        int batchSize = BatchSize(effort);
        float[] images = RandomImages.Floats(batchSize, Side);
        yield return Rate("mobilenetv2_onnxruntime", effort, Predict);

        void Predict()
        {
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, images.AsMemory(), [batchSize, Side, Side, 3]);
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, session.InputNames, [input], session.OutputNames);
        }
    }

    private static Model Create() => MobileNetV2Builder.Create((Side, Side, 3), Classes);

    private static int BatchSize(Effort effort) => Math.Max(1, effort.BatchSize / 4);

    private static Figure Rate(string name, Effort effort, Action batch) =>
        new(name, BatchSize(effort) / Measurement.SecondsPerCall(batch, effort), Figure.ImagesPerSecond);
}
