using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers.Merging;

/// <summary>Each merging layer computes in ONNX Runtime and in TensorFlow.js what it computes here.</summary>
public sealed class MergingExportTests : IDisposable
{
    private static readonly string[] RefusedInTensorFlowJs = ["dot, images", "dot, cosine"];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => MergingLayersTests.Names;

    public static TheoryData<string> NamesInTensorFlowJs => [.. MergingLayersTests.All.Keys.Except(RefusedInTensorFlowJs)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void ExportOnnx_MergingLayer_ComputesTheSame(string name)
    {
        using Model model = Create(name);
        NDArray[] x = Numbers(model);
        string path = _folder.File("model.onnx");

        model.ExportOnnx(path);

        Near.Absolute(model.Predict(x)[0], Assert.Single(OnnxRun.PredictAll(path, x)), 1e-6);
    }

    [Theory]
    [MemberData(nameof(NamesInTensorFlowJs))]
    public void ExportTensorFlowJs_MergingLayer_ComputesTheSame(string name)
    {
        TensorFlowJs.Require();
        using Model model = Create(name);
        NDArray[] x = Numbers(model);
        string folder = _folder.File("web");

        model.ExportTensorFlowJs(folder);

        Near.Absolute(model.Predict(x)[0], Assert.Single(TensorFlowJs.PredictAll(folder, x)), 1e-6);
    }

    [Theory]
    [InlineData("dot, images", "its Dot takes at most two axes beside the batch. Put a Reshape before it.")]
    [InlineData("dot, cosine", "it divides vectors shorter than 0.0003 by that, not by their length. Use normalize: false.")]
    public void ExportTensorFlowJs_WhatIsNotTheSameThere_IsRefused(string name, string reason)
    {
        using Model model = Create(name);

        var error = Assert.Throws<NotSupportedException>(() => model.ExportTensorFlowJs(_folder.File("web")));

        Assert.Equal($"Dot: 'dot' cannot be exported to TensorFlow.js: {reason}", error.Message);
    }

    private static Model Create(string name)
    {
        KerasTensor[] inputs = [.. MergingLayersTests.All[name].Inputs.Select(shape => Keras.Input(shape))];
        return new Model(inputs, [MergingLayersTests.All[name].Create().Call(inputs)]);
    }

    private static NDArray[] Numbers(Model model) => [.. model.Inputs.Select((input, i) => OnnxRun.Numbers(input.Shape, 5) * (1.0 + i))];
}
