using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Plotting;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Plotting;

public sealed class ModelPlotTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Svg => _folder.File("model.svg");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SavePlot_LeNet_SaysWhatItsSummarySays()
    {
        using Sequential model = LeNetBuilder.Create((32, 32, 3), 10);
        model.SavePlot(Svg);
        Assert.Equal(
            [
                "sequential", "62,006 params",
                "Input", "(None, 32, 32, 3)",
                "Conv2D 5 × 5, relu", "conv2d", "(None, 28, 28, 6)", "456 params",
                "MaxPooling2D 2 × 2", "max_pooling2d", "(None, 14, 14, 6)",
                "Conv2D 5 × 5, relu", "conv2d_1", "(None, 10, 10, 16)", "2,416 params",
                "MaxPooling2D 2 × 2", "max_pooling2d_1", "(None, 5, 5, 16)",
                "Flatten", "flatten", "(None, 400)",
                "Dense relu", "dense", "(None, 120)", "48,120 params",
                "Dense relu", "dense_1", "(None, 84)", "10,164 params",
                "Dense softmax", "dense_2", "(None, 10)", "850 params",
            ],
            Picture.Texts(Svg));
    }

    [Fact]
    public void SavePlot_WithoutShapesAndParams_SaysNeither()
    {
        using var model = new Sequential((4, 4, 1), new Flatten(), new Dense(2), new Dropout(0.25));
        model.SavePlot(Svg, showShapes: false, showParams: false);
        Assert.Equal(["sequential", "Input", "Flatten", "flatten", "Dense", "dense", "Dropout 0.25", "dropout"], Picture.Texts(Svg));
    }

    [Fact]
    public void SavePlot_Nested_DrawsWhatIsWithin()
    {
        using var model = new Sequential(
            (8, 8, 2),
            new Sequential(new Dropout(0.5)),
            ResidualModel.Create((8, 8, 2), [new Conv2D(4, 3, strides: 2, padding: Padding.Same)], [new Conv2D(4, 1, 2, name: "short")]));
        model.SavePlot(Svg);
        IReadOnlyList<string> texts = Picture.Texts(Svg);
        Assert.Superset(new HashSet<string> { "Sequential", "Dropout 0.5", "Functional", "Conv2D 3 × 3, strides 2", "Conv2D 1 × 1, strides 2", "short" }, texts.ToHashSet());
        Assert.Equal(2, texts.Count(text => text == "88 params"));
    }

    [Fact]
    public void SavePlot_FrozenLayer_SaysSo()
    {
        using var model = new Sequential((3, 3, 1), new Flatten(), new Dense(2) { Trainable = false });
        model.SavePlot(Svg);
        Assert.Contains("20 params, frozen", Picture.Texts(Svg));
    }

    [Fact]
    public void SavePlot_NotBuilt_LeavesShapesOpen()
    {
        new Sequential(new Flatten(), new Dense(2)).SavePlot(Svg);
        Assert.Equal(["sequential", "not built", "Input", "?", "Flatten", "flatten", "?", "Dense", "dense", "?"], Picture.Texts(Svg));
    }

    [Fact]
    public void SavePlot_LongNetwork_IsBrokenIntoColumns()
    {
        using Model deep = ResNetBuilder.Create((16, 16, 3), 10, depth: 20);
        using Sequential flat = LeNetBuilder.Create((32, 32, 3), 10);
        deep.SavePlot(_folder.File("deep.png"));
        flat.SavePlot(_folder.File("flat.png"));
        (int width, int height) = Picture.PngSize(_folder.File("deep.png"));
        Assert.InRange((double)width / height, 1, 2.5);
        Assert.InRange(Picture.PngSize(_folder.File("flat.png")).Width, 200, 400);
    }

    [Fact]
    public void SavePlot_Scale_MakesItLarger()
    {
        using Sequential model = LeNetBuilder.Create((32, 32, 3), 10);
        model.SavePlot(_folder.File("one.png"));
        model.SavePlot(_folder.File("three.png"), scale: 3);
        (int width, int height) = Picture.PngSize(_folder.File("one.png"));
        (int wide, int high) = Picture.PngSize(_folder.File("three.png"));
        Assert.InRange((wide, high), ((3 * width) - 3, (3 * height) - 3), (3 * width, 3 * height));
    }

    [Fact]
    public void SavePlot_NoLayers_IsAnError()
    {
        var error = Assert.Throws<InvalidOperationException>(() => new Sequential((4, 4, 1)).SavePlot(Svg));
        Assert.Equal("ModelPlot: the model must have layers to be drawn, but has none. Call Add first.", error.Message);
    }
}
