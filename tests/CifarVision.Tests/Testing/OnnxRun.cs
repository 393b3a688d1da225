using CifarVision.Runtime;
using Microsoft.ML.OnnxRuntime;

namespace CifarVision.Tests.Testing;

/// <summary>What ONNX Runtime makes of a file.</summary>
internal static class OnnxRun
{
    public static NDArray Predict(string path, NDArray x) => Assert.Single(PredictAll(path, [x]));

    public static IReadOnlyList<NDArray> PredictAll(string path, IReadOnlyList<NDArray> x)
    {
        using InferenceSession session = Open(path);
        using var options = new RunOptions();
        OrtValue[] inputs = [.. x.Select(input => OrtValue.CreateTensorValueFromMemory(input.astype(np.float32).ToArray<float>(), input.shape))];
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, session.InputNames, inputs, session.OutputNames);
        foreach (OrtValue input in inputs)
            input.Dispose();
        return [.. outputs.Select(output => new NDArray(output.GetTensorDataAsSpan<float>().ToArray(), new Shape(output.GetTensorTypeAndShape().Shape)))];
    }

    public static IReadOnlyDictionary<string, string> Metadata(string path)
    {
        using InferenceSession session = Open(path);
        return session.ModelMetadata.CustomMetadataMap;
    }

    /// <summary>The largest difference of two arrays of one shape.</summary>
    public static double Difference(NDArray one, NDArray other)
    {
        Assert.Equal(one.shape, other.shape);
        return Near.Doubles(one).Zip(Near.Doubles(other), (a, b) => Math.Abs(a - b)).Max();
    }

    /// <summary>Numbers from -1 to 1, the same each time.</summary>
    public static NDArray Numbers(TensorShape sample, int count)
    {
        using Tensor numbers = LayerContract.Numbers(sample.WithBatch(count), ScalarType.Float32, "x");
        return ArrayConversion.ToNDArray(numbers);
    }

    /// <summary>Gives every weight, biases and averages too, values of its own.</summary>
    public static void Scatter(CifarVision.Layers.Layer layer)
    {
        using var scope = torch.NewDisposeScope();
        foreach (Weight weight in layer.Weights)
        {
            Tensor numbers = LayerContract.Numbers(weight.Value.shape, ScalarType.Float32, weight.Path);
            weight.Assign(ArrayConversion.ToNDArray(weight.Name.Contains("variance", StringComparison.Ordinal) ? numbers.abs().Add(0.5) : numbers));
        }
    }

    private static InferenceSession Open(string path)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        return new InferenceSession(path, options);
    }
}
