using System.IO.Compression;
using System.Text.Json.Nodes;
using CifarVision.Models;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Golden;

/// <summary>Models of keras.applications with weights by formula: built from Keras' JSON or read from Keras' files, they predict what Keras predicts.</summary>
public sealed class ApplicationGoldenTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ConvNeXtTiny")]
    [InlineData("DenseNet121")]
    [InlineData("EfficientNetB0")]
    [InlineData("EfficientNetV2B0")]
    [InlineData("InceptionV3")]
    [InlineData("MobileNet")]
    [InlineData("MobileNetV2")]
    [InlineData("MobileNetV3Small")]
    [InlineData("NASNetMobile")]
    [InlineData("ResNet50")]
    [InlineData("ResNet50V2")]
    [InlineData("Xception")]
    public void FromJson_ModelOfKeras_PredictsWhatKerasPredicts(string name)
    {
        GoldenCase golden = GoldenCase.Load($"applications/{name}");
        using Model model = FromJson(name);
        AssertCounts(golden, model);
        model.SetWeights(Weights(golden, model));

        AssertPredicts(golden, model);
    }

    [Theory]
    [InlineData("MobileNet", ".keras")]
    [InlineData("MobileNet", ".h5")]
    [InlineData("MobileNetV2", ".keras")]
    [InlineData("MobileNetV2", ".h5")]
    public void Load_ModelOfKeras_PredictsWhatKerasPredicts(string name, string ending)
    {
        GoldenCase golden = GoldenCase.Load($"applications/{name}");
        using Model model = Model.Load(WriteFile(golden, name, ending));

        AssertCounts(golden, model);
        AssertPredicts(golden, model);
    }

    [Theory]
    [InlineData("MobileNet", ".keras")]
    [InlineData("MobileNet", ".h5")]
    [InlineData("MobileNet", ".weights.h5")]
    [InlineData("MobileNetV2", ".keras")]
    [InlineData("MobileNetV2", ".h5")]
    [InlineData("MobileNetV2", ".weights.h5")]
    public void LoadWeights_ModelOfKeras_PredictsWhatKerasPredicts(string name, string ending)
    {
        GoldenCase golden = GoldenCase.Load($"applications/{name}");
        using Model model = FromJson(name);

        model.LoadWeights(WriteFile(golden, name, ending));

        AssertPredicts(golden, model);
    }

    [Theory]
    [InlineData(".keras")]
    [InlineData(".h5")]
    [InlineData(".weights.h5")]
    public void Create_MobileNetV2_TakesTheFilesOfKeras(string ending)
    {
        GoldenCase golden = GoldenCase.Load("applications/MobileNetV2");
        using Model ofKeras = FromJson("MobileNetV2");
        using Model model = MobileNetV2Builder.Create((96, 96, 3), 10, alpha: 0.35);
        AssertCounts(golden, model);
        Assert.Equal(ofKeras.Name, model.Name);
        Assert.Equal(ofKeras.Weights.Select(weight => weight.Path), model.Weights.Select(weight => weight.Path));

        model.LoadWeights(WriteFile(golden, "MobileNetV2", ending));

        AssertPredicts(golden, model);
    }

    [Fact]
    public void LoadWeights_ByNameIntoOtherClasses_TakesAllButTheHead()
    {
        GoldenCase golden = GoldenCase.Load("applications/MobileNetV2");
        using Model ofKeras = FromJson("MobileNetV2");
        using Model model = MobileNetV2Builder.Create((64, 64, 3), 7, alpha: 0.35);

        IReadOnlyList<string> left = model.LoadWeights(WriteFile(golden, "MobileNetV2", ".h5"), skipMismatch: true, byName: true);

        Assert.Equal(["predictions"], left);
        IReadOnlyList<NDArray> expected = Weights(golden, ofKeras);
        for (int i = 0; i < expected.Count - 2; i++)
            Near.Absolute(expected[i], model.Weights[i].ToArray(), 0, model.Weights[i].Path);
    }

    private static Model FromJson(string name)
    {
        using var json = new GZipStream(File.OpenRead(GoldenCase.Locate($"applications/{name}.to_json.json.gz")), CompressionMode.Decompress);
        return Model.FromJson(new StreamReader(json).ReadToEnd());
    }

    private static IReadOnlyList<NDArray> Weights(GoldenCase golden, Model model) => FormulaWeights.For(model, golden.Json["gain"]!.GetValue<double>());

    private static void AssertCounts(GoldenCase golden, Model model)
    {
        JsonObject counts = golden.Json["count_params"]!.AsObject();
        Assert.Equal(counts["total"]!.GetValue<long>(), model.CountParams());
        Assert.Equal(counts["non_trainable"]!.GetValue<long>(), model.Weights.Where(weight => !weight.Trainable).Sum(weight => weight.Value.numel()));
    }

    private static void AssertPredicts(GoldenCase golden, Model model)
    {
        TensorShape image = model.Inputs[0].Shape;
        NDArray x = FormulaWeights.Images((int)image[0], (int)image[1], golden.Json["input"]!.GetValue<string>() == "bytes");
        Near.Absolute(golden["x_first_16"].reshape(16), x.reshape(x.size)[":16"], 0);

        Near.Relative(golden.Expected("predictions"), model.Predict(x), 1e-5, golden.Path);
    }

    private string WriteFile(GoldenCase golden, string name, string ending)
    {
        using Model model = FromJson(name);
        string path = _folder.File(name + ending);
        ApplicationFile.Write(name, ending, Weights(golden, model), path);
        return path;
    }
}
