using System.IO.Compression;
using System.Text.Json.Nodes;
using CifarVision.Models;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Golden;

/// <summary>Models of keras.applications: built from Keras' JSON, with weights by formula, they predict what Keras predicts.</summary>
public class ApplicationGoldenTests
{
    [Theory]
    [InlineData("MobileNet")]
    [InlineData("MobileNetV2")]
    public void FromJson_ModelOfKeras_PredictsWhatKerasPredicts(string name)
    {
        using var json = new GZipStream(File.OpenRead(GoldenCase.Locate($"applications/{name}.to_json.json.gz")), CompressionMode.Decompress);
        using Model model = Model.FromJson(new StreamReader(json).ReadToEnd());

        AssertPredicts(GoldenCase.Load($"applications/{name}"), model);
    }

    [Fact]
    public void Create_MobileNetV2_IsTheModelOfKeras()
    {
        GoldenCase golden = GoldenCase.Load("applications/MobileNetV2");
        using var json = new GZipStream(File.OpenRead(GoldenCase.Locate("applications/MobileNetV2.to_json.json.gz")), CompressionMode.Decompress);
        using Model ofKeras = Model.FromJson(new StreamReader(json).ReadToEnd());

        using Model model = MobileNetV2Builder.Create((96, 96, 3), 10, alpha: 0.35);

        Assert.Equal(ofKeras.Name, model.Name);
        Assert.Equal(ofKeras.Weights.Select(weight => weight.Path), model.Weights.Select(weight => weight.Path));
        AssertPredicts(golden, model);
    }

    private static void AssertPredicts(GoldenCase golden, Model model)
    {
        JsonObject counts = golden.Json["count_params"]!.AsObject();
        Assert.Equal(counts["total"]!.GetValue<long>(), model.CountParams());
        Assert.Equal(counts["non_trainable"]!.GetValue<long>(), model.Weights.Where(weight => !weight.Trainable).Sum(weight => weight.Value.numel()));
        TensorShape image = model.Inputs[0].Shape;
        NDArray x = FormulaWeights.Images((int)image[0], (int)image[1]);
        Near.Absolute(golden["x_first_16"].reshape(16), x.reshape(x.size)[":16"], 0);
        model.SetWeights(FormulaWeights.For(model, golden.Json["gain"]!.GetValue<double>()));

        Near.Relative(golden.Expected("predictions"), model.Predict(x), 1e-5, golden.Path);
    }
}
