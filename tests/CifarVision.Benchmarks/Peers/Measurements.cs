using CifarVision.Benchmarks.Measuring;
using CifarVision.Runtime;

namespace CifarVision.Benchmarks.Peers;

/// <summary>What <c>measure NAME</c> can do in a process of its own.</summary>
internal static class Measurements
{
    private static readonly OrderedDictionary<string, Func<Effort, string?, IEnumerable<Figure>>> All = new()
    {
        ["matrix-product"] = (effort, _) => MatrixProduct.Measure(effort),
        ["plain"] = (effort, _) => PlainLoop.Measure(effort, channelsLast: false),
        ["plain-channels-last"] = (effort, _) => PlainLoop.Measure(effort, channelsLast: true),
        ["step-float32"] = (effort, _) => StepByStep.Measure(effort, DTypePolicy.Float32),
        ["step-mixed-bfloat16"] = (effort, _) => StepByStep.Measure(effort, DTypePolicy.MixedBFloat16),
        ["fit"] = (effort, _) => FitAgainstStep.Measure(effort),
        ["fit-pool-thread"] = (effort, _) => FitAgainstStep.MeasureOnPoolThread(effort),
        ["predict-float32"] = (effort, _) => PredictAgainstOnnxRuntime.Measure(effort, DTypePolicy.Float32),
        ["predict-mixed-bfloat16"] = (effort, _) => PredictAgainstOnnxRuntime.Measure(effort, DTypePolicy.MixedBFloat16),
        ["predict-onnxruntime"] = (effort, _) => PredictAgainstOnnxRuntime.MeasureOnnxRuntime(effort),
        ["mobilenetv2-step"] = (effort, _) => MobileNetV2Speed.MeasureStep(effort),
        ["mobilenetv2-predict"] = (effort, _) => MobileNetV2Speed.MeasurePredict(effort),
        ["mobilenetv2-onnxruntime"] = (effort, _) => MobileNetV2Speed.MeasureOnnxRuntime(effort),
        ["first-step"] = (effort, _) => FirstStep.Measure(effort),
        ["loading"] = DataLoading.Measure,
        ["memory"] = (effort, _) => MemoryGrowth.Measure(effort),
        ["busy-machine"] = (effort, _) => BusyMachine.Measure(effort),
    };

    public static IEnumerable<string> Names => All.Keys;

    /// <summary>Measures in this process.</summary>
    public static IReadOnlyList<Figure> Run(string name, Effort effort, string? data = null) => [.. All[name](effort, data)];
}
