using CifarVision.Models;
using CifarVision.Formats;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

/// <summary>Functional models as ONNX and in TensorFlow.js.</summary>
public sealed class FunctionalExportTests : IDisposable
{
    private const double Tolerance = 1e-5;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. ExportModels.All.Keys];

    private string Onnx => _folder.File("model.onnx");

    private string Web => _folder.File("web");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void ExportOnnx_FunctionalModel_PredictsTheSame(string name)
    {
        (Model model, NDArray[] inputs) = Create(name);

        model.ExportOnnx(Onnx);

        AssertSame(model.Predict(inputs), OnnxRun.PredictAll(Onnx, inputs));
        model.Dispose();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ExportTensorFlowJs_FunctionalModel_PredictsTheSame(string name)
    {
        TensorFlowJs.Require();
        (Model model, NDArray[] inputs) = Create(name);

        model.ExportTensorFlowJs(Web);

        AssertSame(model.Predict(inputs), TensorFlowJs.PredictAll(Web, inputs));
        model.Dispose();
    }

    [Theory]
    [InlineData("two_inputs", new[] { "image", "features" }, new[] { "output" })]
    [InlineData("two_outputs", new[] { "input" }, new[] { "class_out", "value_out" })]
    [InlineData("an input as an output", new[] { "a", "b" }, new[] { "a_again", "product" })]
    public void ExportOnnx_SeveralInputsOrOutputs_HaveTheNamesOfTheirLayers(string name, string[] inputs, string[] outputs)
    {
        using Model model = ExportModels.All[name]();

        model.ExportOnnx(Onnx);

        ModelProto written = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Onnx));
        Assert.Equal(inputs, written.Graph.Input.Select(input => input.Name));
        Assert.Equal(outputs, written.Graph.Output.Select(output => output.Name));
    }

    [Fact]
    public void Export_SharedLayer_HasItsWeightsOnce()
    {
        using Model model = ExportModels.All["shared_layer_twice"]();

        model.ExportOnnx(Onnx);
        model.ExportTensorFlowJs(Web);

        ModelProto written = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Onnx));
        Assert.Equal(["shared_conv/kernel"], written.Graph.Initializer.Select(array => array.Name).Where(array => array.StartsWith("shared_conv/kernel", StringComparison.Ordinal)));
        Assert.Equal(model.CountParams() * sizeof(float), new FileInfo(ExportedModel.Shards(Web).Single()).Length);
    }

    [Fact]
    public void ExportOnnx_ClassNamesOfSeveralOutputs_AreRefused()
    {
        using Model model = ExportModels.All["two_outputs"]();

        var error = Assert.Throws<ArgumentException>(() => model.ExportOnnx(Onnx, ["a", "b", "c", "d"]));

        Assert.StartsWith("Model: classNames must be left out of a model with 2 outputs.", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Onnx));
    }

    private static (Model Model, NDArray[] Inputs) Create(string name)
    {
        Model model = ExportModels.All[name]();
        OnnxRun.Scatter(model);
        return (model, [.. model.Inputs.Select((input, i) => OnnxRun.Numbers(input.Shape, 5) * (1.0 + i))]);
    }

    private static void AssertSame(IReadOnlyList<NDArray> expected, IReadOnlyList<NDArray> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach ((NDArray ours, NDArray theirs) in expected.Zip(actual))
            Near.Absolute(ours, theirs, Tolerance * Math.Max(1, Near.Doubles(ours).Max(Math.Abs)));
    }
}
