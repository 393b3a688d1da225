using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

public class SequentialTests
{
    [Fact]
    public void Add_DefaultNames_AreNumberedPerModel()
    {
        using Sequential first = TinyTask.Model();
        using var second = new Sequential((6, 6, 2), new Conv2D(2, 1), new Conv2D(2, 1), new Conv2D(2, 1, name: "conv2d_3"), new Conv2D(2, 1));

        Assert.Equal(["conv2d", "max_pooling2d", "batch_normalization", "flatten", "dense", "dropout", "dense_1"], first.Layers.Select(layer => layer.Name));
        Assert.Equal(["conv2d", "conv2d_1", "conv2d_3", "conv2d_2"], second.Layers.Select(layer => layer.Name));
    }

    [Fact]
    public void Add_SecondLayerOfAName_IsAnError()
    {
        using var model = new Sequential((4, 4, 1), new Conv2D(2, 1, name: "a"));

        Assert.Contains("second 'a'", Assert.Throws<ArgumentException>(() => model.Add(new Conv2D(2, 1, name: "a"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_InputLayer_CountsNeitherInLayersNorInSummary()
    {
        using var model = new Sequential(new InputLayer((4, 4, 1)), new Flatten(), new Dense(2));

        Assert.Equal(["flatten", "dense"], model.Layers.Select(layer => layer.Name));
        Assert.Equal(new TensorShape(4, 4, 1), model.InputShape);
        Assert.Equal(34, model.CountParams());
    }

    [Fact]
    public void Predict_ModelWithoutInputShape_IsBuiltByTheData()
    {
        using var model = new Sequential(new Flatten(), new Dense(2));
        Assert.Empty(model.Weights);

        Assert.Equal([3L, 2L], model.Predict(np.ones(new Shape(3, 2, 2, 1), typeof(float))).shape);
        Assert.Equal(new TensorShape(2, 2, 1), model.InputShape);
    }

    [Fact]
    public void Pop_LastLayer_GivesTheOutputBefore()
    {
        using Sequential model = TinyTask.Model();
        model.Pop();

        Assert.Equal(new TensorShape(8), model.OutputShape);
        Assert.Equal([5L, 8L], model.Predict(TinyTask.Arrays(5).X).shape);
    }

    [Fact]
    public void GetLayer_ByNameAndIndex_FindsOrSaysWhatThereIs()
    {
        using Sequential model = TinyTask.Model();

        Assert.Same(model.Layers[4], model.GetLayer("dense"));
        Assert.Same(model.Layers[4], model.GetLayer(4));
        Assert.Contains("There are: conv2d, max_pooling2d", Assert.Throws<ArgumentException>(() => model.GetLayer("dense_9")).Message, StringComparison.Ordinal);
        Assert.Contains("from 0 to 6, but was 7", Assert.Throws<ArgumentOutOfRangeException>(() => model.GetLayer(7)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SetWeights_WrongShape_LeavesAllAsTheyWere()
    {
        using Sequential model = TinyTask.Model();
        IReadOnlyList<NDArray> before = model.GetWeights();
        NDArray[] changed = [.. before.Select(array => array + 1f)];
        changed[^1] = np.zeros(new Shape(7), typeof(float));

        Assert.Contains("(3,)", Assert.Throws<ArgumentException>(() => model.SetWeights(changed)).Message, StringComparison.Ordinal);
        for (int i = 0; i < before.Count; i++)
            Near.Absolute(before[i], model.GetWeights()[i], 0);
    }

    [Fact]
    public void GetWeights_BatchNormalization_PutsTrainableFirst()
    {
        using Sequential model = TinyTask.Model();

        Assert.Equal(
            ["gamma", "beta", "moving_mean", "moving_variance"],
            model.GetLayer("batch_normalization").Weights.Select(weight => weight.Name));
        Assert.Equal("sequential/batch_normalization/gamma", model.GetLayer("batch_normalization").Weights[0].Path);
    }

    [Fact]
    public void Compile_MetricNames_AreNumberedAndMustBeUnique()
    {
        using Sequential model = TinyTask.Model();
        (NDArray x, NDArray y) = TinyTask.Arrays(4);
        model.Compile(new SGD(), new CategoricalCrossentropy(), [new Accuracy(), new CategoricalAccuracy("accuracy"), new Accuracy()]);

        Assert.Equal(["loss", "accuracy", "accuracy_1", "accuracy_2"], model.Evaluate(x, y, verbose: 0).Keys);
        Assert.Contains(
            "second 'accuracy_1'",
            Assert.Throws<ArgumentException>(() => model.Compile(new SGD(), new CategoricalCrossentropy(), [new Accuracy(), new Accuracy(), new Accuracy("accuracy_1")])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Verbs_BeforeCompile_SayCompileFirst()
    {
        using Sequential model = TinyTask.Model();
        (NDArray x, NDArray y) = TinyTask.Arrays(4);

        Assert.Contains("Fit must come after Compile", Assert.Throws<InvalidOperationException>(() => model.Fit(x, y, cancellationToken: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Contains("Evaluate must come after Compile", Assert.Throws<InvalidOperationException>(() => model.Evaluate(x, y)).Message, StringComparison.Ordinal);
        Assert.Equal([4L, 3L], model.Predict(x).shape);
    }

    [Fact]
    public void Nested_Sequential_SharesNamesPathsAndWeights()
    {
        var block = new Sequential(new Conv2D(3, 3, padding: CifarVision.Layers.Padding.Same), new BatchNormalization());
        using var model = new Sequential((4, 4, 2), block, new Flatten(), new Dense(2));

        Assert.Equal("sequential/sequential/conv2d/kernel", model.Weights[0].Path);
        Assert.Equal([2L, 2L], model.Predict(np.ones(new Shape(2, 4, 4, 2), typeof(float))).shape);
        block.Trainable = false;
        Assert.Equal(["kernel", "bias"], model.Weights.Where(weight => weight.Trainable).Select(weight => weight.Name));
    }

    [Fact]
    public void SaveWeights_Npz_RoundTripsUnderKerasPaths()
    {
        using var folder = new TemporaryFolder();
        using Sequential model = TinyTask.Model();
        using Sequential other = TinyTask.Model();
        string path = folder.File("weights.npz");
        model.SaveWeights(path);
        other.LoadWeights(path);

        NDArray x = TinyTask.Arrays(4).X;
        Near.Absolute(model.Predict(x), other.Predict(x), 0);
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void LoadWeights_WrongFiles_SayWhatIsWrongAndChangeNothing()
    {
        using var folder = new TemporaryFolder();
        using Sequential model = TinyTask.Model();
        IReadOnlyList<NDArray> before = model.GetWeights();
        string other = folder.File("other.npz");
        using (var smaller = new Sequential((6, 6, 2), new Conv2D(5, 3)))
            smaller.SaveWeights(other);
        string garbage = folder.File("garbage.npz");
        File.WriteAllText(garbage, "not a zip");

        Assert.Contains("(3, 3, 2, 4), but was (3, 3, 2, 5)", Assert.Throws<InvalidDataException>(() => model.LoadWeights(other)).Message, StringComparison.Ordinal);
        Assert.Contains(garbage, Assert.Throws<InvalidDataException>(() => model.LoadWeights(garbage)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => model.LoadWeights(folder.File("missing.npz")));
        Assert.Contains(".npz", Assert.Throws<ArgumentException>(() => model.SaveWeights(folder.File("weights.bin"))).Message, StringComparison.Ordinal);
        for (int i = 0; i < before.Count; i++)
            Near.Absolute(before[i], model.GetWeights()[i], 0);
    }

    [Fact]
    public void LoadWeights_FileRewritten_ReadsTheNewOne()
    {
        using var folder = new TemporaryFolder();
        using Sequential model = TinyTask.Model();
        string path = folder.File("weights.npz");
        model.SaveWeights(path);
        model.LoadWeights(path);
        model.SetWeights([.. model.GetWeights().Select(array => array * 0f + 2f)]);
        model.SaveWeights(path);
        using Sequential other = TinyTask.Model();
        other.LoadWeights(path);

        Assert.All(other.GetWeights(), array => Assert.All(array.ToArray<float>(), value => Assert.Equal(2, value)));
    }
}
