using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

public class AlexNetBuilderTests
{
    [Fact]
    public void Create_Cifar10_HasKerasLayersShapesAndParameters()
    {
        JsonObject keras = JsonNode.Parse(File.ReadAllText(GoldenCase.Locate("full_alexnet/layers.json")))!.AsObject();
        using Sequential model = AlexNetBuilder.Create((32, 32, 3), 10);

        Assert.Equal(36_927_754, model.CountParams());
        Assert.Equal(1_216, model.Weights.Where(weight => !weight.Trainable).Sum(weight => weight.Value.numel()));
        JsonArray layers = keras["layers"]!.AsArray();
        Assert.Equal(layers.Count, model.Layers.Count);
        for (int i = 0; i < layers.Count; i++)
        {
            Layer layer = model.Layers[i];
            JsonNode expected = layers[i]!;
            Assert.Equal(expected["name"]!.GetValue<string>(), layer.Name);
            Assert.Equal(expected["class"]!.GetValue<string>(), layer.GetType().Name);
            Assert.Equal(expected["output_shape"]!.AsArray().Skip(1).Select(axis => axis!.GetValue<long>()), layer.OutputShape.Dims.ToArray());
            JsonArray weights = expected["weights"]!.AsArray();
            Assert.Equal(weights.Select(weight => weight!["path"]!.GetValue<string>()), layer.Weights.Select(weight => weight.Path));
            Assert.Equal(weights.Select(weight => weight!["trainable"]!.GetValue<bool>()), layer.Weights.Select(weight => weight.Trainable));
            for (int k = 0; k < weights.Count; k++)
                Assert.Equal(weights[k]!["shape"]!.AsArray().Select(axis => axis!.GetValue<long>()), layer.Weights[k].Value.shape);
        }
    }

    [Fact]
    public void Create_Biases_StartAsInTheListing()
    {
        using Sequential model = AlexNetBuilder.Create((8, 8, 1), 2);
        Dictionary<string, float> biases = model.Weights
            .Where(weight => weight.Name == "bias")
            .ToDictionary(weight => weight.Path.Split('/')[1], weight => weight.ToArray().ToArray<float>().Distinct().Single());

        Assert.Equal(
            new Dictionary<string, float>
            {
                ["conv2d"] = 0,
                ["conv2d_1"] = 1,
                ["conv2d_2"] = 0,
                ["conv2d_3"] = 1,
                ["conv2d_4"] = 1,
                ["dense"] = 1,
                ["dense_1"] = 1,
                ["dense_2"] = 0,
            },
            biases);
    }

    [Fact]
    public void Summary_BeforeAndAfterCompile_IsKerasText()
    {
        using Sequential model = AlexNetBuilder.Create((32, 32, 3), 10);
        Assert.Equal(Keras("summary_uncompiled"), Summary(model));

        model.Compile(new SGD(0.01), new CategoricalCrossentropy());
        Assert.Equal(Keras("summary_compiled"), Summary(model));

        model.Optimizer!.Build([.. model.Weights.Where(weight => weight.Trainable)]);
        Assert.Equal(Keras("summary_compiled_optimizer_built"), Summary(model));
    }

    [Fact]
    public void Create_ShapeOfAnArrayOfImages_IsTheShapeOfOne()
    {
        NDArray images = np.zeros(new Shape(5, 16, 16, 3), typeof(float));
        using Sequential model = AlexNetBuilder.Create(images.shape, 3);

        Assert.Equal(new TensorShape(16, 16, 3), model.InputShape);
        Assert.Equal([5L, 3L], model.Predict(images).shape);
    }

    [Fact]
    public void Create_WrongUse_SaysWhatIsNeeded()
    {
        Assert.Contains("sides of at least 8, but was (None, 7, 32, 3)", Assert.Throws<ArgumentException>(() => AlexNetBuilder.Create((7, 32, 3), 10)).Message, StringComparison.Ordinal);
        Assert.Contains("(height, width, channels)", Assert.Throws<ArgumentException>(() => AlexNetBuilder.Create((32, 32), 10)).Message, StringComparison.Ordinal);
        Assert.Contains("numClasses must be at least 2, but was 1", Assert.Throws<ArgumentOutOfRangeException>(() => AlexNetBuilder.Create((32, 32, 3), 1)).Message, StringComparison.Ordinal);
    }

    private static string Keras(string name) => File.ReadAllText(GoldenCase.Locate($"full_alexnet/{name}.txt")).ReplaceLineEndings("\n");

    private static string Summary(Sequential model)
    {
        using var text = new StringWriter();
        model.Summary(text);
        return text.ToString();
    }
}
