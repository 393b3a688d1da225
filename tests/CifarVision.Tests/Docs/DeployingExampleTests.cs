using CifarVision.Datasets;
using CifarVision.Models;
using CifarVision.Tests.Testing;
using Microsoft.ML.OnnxRuntime;

namespace CifarVision.Tests.Docs;

/// <summary>The examples of docs/deploying.md.</summary>
public sealed class DeployingExampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OnnxRuntime_ExportedModel_PredictsTheSame()
    {
        using Sequential model = LeNetBuilder.Create((32, 32, 3), 10);
        string path = _folder.File("lenet.onnx");
        IReadOnlyList<string> classNames = Cifar10Layout.ClassNames;
        NDArray images = OnnxRun.Numbers(model.InputShape, 2) * 127.5 + 127.5;
        byte[] pixels = [.. Near.Doubles(images).Select(pixel => (byte)pixel)];

        #region export
        model.ExportOnnx(path, classNames, inputScale: 1 / 255.0);
        #endregion

        #region run
        using var session = new InferenceSession(path);
        using var options = new RunOptions();

        float[] values = Array.ConvertAll(pixels, pixel => pixel / 255f);
        using var input = OrtValue.CreateTensorValueFromMemory(values, [values.Length / (32 * 32 * 3), 32, 32, 3]);
        using var outputs = session.Run(options, ["input"], [input], ["output"]);
        float[] probabilities = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        #endregion

        NDArray x = new NDArray(values, new Shape(2, 32, 32, 3));
        Near.Absolute(model.Predict(x), new NDArray(probabilities, new Shape(2, 10)), 1e-5);
    }
}
