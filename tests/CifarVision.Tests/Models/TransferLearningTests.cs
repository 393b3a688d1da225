using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Models;

/// <summary>What transfer learning rests on: cutting a model, freezing its layers, loading weights into a model with another head.</summary>
public sealed class TransferLearningTests : IDisposable
{
    private static readonly TensorShape Image = (6, 6, 2);

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> AllFormats => [".weights.h5", ".h5", ".npz", ".safetensors", ".keras"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Create_CutModel_ComputesWhatTheLayerInsideDoes()
    {
        (NDArray x, _) = TinyTask.Arrays(5);
        using Model whole = Trunk("class");

        var cut = new Model(whole.Inputs[0], whole.GetLayer("add").Output);

        Assert.Equal(["input_layer", "conv", "norm", "relu", "again", "add"], cut.Layers.Select(layer => layer.Name));
        Assert.Same(whole.GetLayer("conv"), cut.GetLayer("conv"));
        var onTop = new Sequential(cut, whole.GetLayer("pool"), whole.GetLayer("class"));
        Near.Absolute(whole.Predict(x), onTop.Predict(x), 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fit_FrozenBase_ChangesTheHeadAlone(bool frozenBeforeCompile)
    {
        (NDArray x, NDArray y) = TinyTask.Arrays();
        using Model whole = Trunk("class");
        (Model model, Model cut) = WithNewHead(whole);
        if (frozenBeforeCompile)
            cut.Trainable = false;
        model.Compile(new Adam(0.05), new CategoricalCrossentropy());
        cut.Trainable = false;
        NDArray features = cut.Predict(x);
        NDArray[] before = [.. model.GetWeights()];

        model.Fit(x, y, epochs: 2, verbose: 0, cancellationToken: Token);

        Assert.Equal(["kernel", "bias"], model.Weights.Where(weight => weight.Trainable).Select(weight => weight.Name));
        Assert.Equal(["head/kernel", "head/bias"], Changed(model, before));
        Near.Absolute(features, cut.Predict(x), 0);
        Near.Absolute(model.Predict(x), Softmaxed(model, features), 1e-6);
    }

    [Fact]
    public void Call_FrozenInTraining_NormalizesByTheMovingAverages()
    {
        (NDArray x, _) = TinyTask.Arrays(8);
        using Model model = Trunk("class");
        NDArray byBatch = model.Call(x, training: true);
        NDArray byAverages = model.Call(x);
        Assert.False(byBatch.ToArray<float>().SequenceEqual(byAverages.ToArray<float>()));

        model.Trainable = false;

        Near.Absolute(byAverages, model.Call(x, training: true), 0);
        Near.Absolute(byAverages, model.Call(x), 0);
    }

    [Fact]
    public void Fit_UnfrozenWithBatchNormalizationFrozen_KeepsItsWeightsAndAverages()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays();
        using Model whole = Trunk("class");
        (Model model, Model cut) = WithNewHead(whole);
        cut.Trainable = false;
        model.Compile(new Adam(), new CategoricalCrossentropy());
        model.Fit(x, y, verbose: 0, cancellationToken: Token);

        cut.Trainable = true;
        foreach (BatchNormalization layer in cut.Layers.OfType<BatchNormalization>())
            layer.Trainable = false;
        model.Compile(new Adam(0.01), new CategoricalCrossentropy());
        NDArray[] before = [.. model.GetWeights()];
        model.Fit(x, y, verbose: 0, cancellationToken: Token);

        Assert.Equal(["conv/kernel", "again/kernel", "again/bias", "head/kernel", "head/bias"], Changed(model, before));
    }

    [Fact]
    public void Fit_UnfrozenAfterTheFirstStep_AsksForCompile()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays();
        using Model whole = Trunk("class");
        (Model model, Model cut) = WithNewHead(whole);
        cut.Trainable = false;
        model.Compile(new Adam(), new CategoricalCrossentropy());
        model.Fit(x, y, verbose: 0, cancellationToken: Token);
        cut.Trainable = true;
        NDArray[] before = [.. model.GetWeights()];

        var error = Assert.Throws<ArgumentException>(() => model.TrainOnBatch(x, y));

        Assert.StartsWith("Adam: conv/kernel must be among the 2 weights of the first step, but was not. Compile with a new optimizer.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Changed(model, before), path => !path.StartsWith("norm/moving", StringComparison.Ordinal));
    }

    [Fact]
    public void Save_ModelAroundAFrozenBase_LoadsFrozenAndTrainsOn()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays();
        using Model whole = Trunk("class");
        (Model model, Model cut) = WithNewHead(whole);
        cut.Trainable = false;
        model.Compile(new Adam(), new CategoricalCrossentropy());
        model.Fit(x, y, verbose: 0, cancellationToken: Token);
        string path = _folder.File("model.keras");
        model.Save(path);

        using Model loaded = Model.Load(path);

        Near.Absolute(model.Predict(x), loaded.Predict(x), 0);
        Assert.Equal(model.Weights.Select(weight => (weight.Path, weight.Trainable)), loaded.Weights.Select(weight => (weight.Path, weight.Trainable)));
        NDArray[] before = [.. loaded.GetWeights()];
        loaded.Fit(x, y, verbose: 0, cancellationToken: Token);
        Assert.Equal(["head/kernel", "head/bias"], Changed(loaded, before));
    }

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void LoadWeights_FunctionalModelOfTheSameGraph_PredictsTheSame(string ending)
    {
        (NDArray x, _) = TinyTask.Arrays(5);
        using Model saved = Trunk("class");
        using Model model = Trunk("class", isTrained: false);
        string path = _folder.File("w" + ending);
        if (ending == ".keras")
            saved.Save(path);
        else
            saved.SaveWeights(path);

        model.LoadWeights(path);

        Near.Absolute(saved.Predict(x), model.Predict(x), 0);
    }

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void LoadWeights_OtherClasses_SkipsTheLastLayerAlone(string ending)
    {
        using Model saved = Trunk("class");
        using Model model = Trunk("class", classes: 7, isTrained: false);
        string path = _folder.File("w" + ending);
        if (ending == ".keras")
            saved.Save(path);
        else
            saved.SaveWeights(path);
        NDArray[] before = [.. model.GetWeights()];

        Assert.Throws<InvalidDataException>(() => model.LoadWeights(path));
        Assert.Equal([], Changed(model, before));
        Assert.Equal(["class"], model.LoadWeights(path, skipMismatch: true));

        int ofTrunk = model.Weights.Count - 2;
        for (int i = 0; i < ofTrunk; i++)
            Near.Absolute(saved.GetWeights()[i], model.GetWeights()[i], 0, model.Weights[i].Path);
        Near.Absolute(before[ofTrunk], model.GetWeights()[ofTrunk], 0);
    }

    [Fact]
    public void LoadWeights_ByNameIntoAnotherHead_LeavesTheNewLayers()
    {
        using Model saved = Trunk("class");
        string path = _folder.File("w.h5");
        saved.SaveWeights(path);
        using Model whole = Trunk("flower", classes: 7, isTrained: false);
        NDArray head = whole.GetLayer("flower").GetWeights()[0];

        IReadOnlyList<string> left = whole.LoadWeights(path, byName: true);

        Assert.Equal(["flower"], left);
        foreach (string name in new[] { "conv", "norm", "again" })
        {
            foreach ((NDArray expected, NDArray actual) in saved.GetLayer(name).GetWeights().Zip(whole.GetLayer(name).GetWeights()))
                Near.Absolute(expected, actual, 0, name);
        }

        Near.Absolute(head, whole.GetLayer("flower").GetWeights()[0], 0);
    }

    [Fact]
    public void LoadWeights_ByNameOfAnotherShape_IsRefusedUnlessSkipped()
    {
        using Model saved = Trunk("class");
        string path = _folder.File("w.h5");
        saved.SaveWeights(path);
        using Model model = Trunk("class", classes: 7, isTrained: false);

        Assert.Contains("must have the shape (4, 7), but was (4, 3)", Assert.Throws<InvalidDataException>(() => model.LoadWeights(path, byName: true)).Message, StringComparison.Ordinal);
        Assert.Equal(["class"], model.LoadWeights(path, skipMismatch: true, byName: true));
    }

    // A stem with a shortcut, as the networks have that people transfer from. A trained one has weights and averages away from their first values.
    private static Model Trunk(string head, int classes = TinyTask.Classes, bool isTrained = true)
    {
        KerasTensor input = Keras.Input(Image);
        KerasTensor x = new Conv2D(4, 3, padding: Padding.Same, useBias: false, name: "conv").Call(input);
        x = new ReLU(maxValue: 6, name: "relu").Call(new BatchNormalization(name: "norm").Call(x));
        KerasTensor y = new Add(name: "add").Call(x, new Conv2D(4, 1, name: "again").Call(x));
        y = new GlobalAveragePooling2D(name: "pool").Call(y);
        var model = new Model(input, new Dense(classes, ActivationFunction.Softmax, name: head).Call(y));
        if (isTrained)
            OnnxRun.Scatter(model);
        return model;
    }

    private static (Model Model, Model Base) WithNewHead(Model whole)
    {
        var cut = new Model(whole.Inputs[0], whole.GetLayer("add").Output, name: "base");
        KerasTensor input = Keras.Input(Image);
        KerasTensor x = new GlobalAveragePooling2D().Call(cut.Call(input));
        return (new Model(input, new Dense(TinyTask.Classes, ActivationFunction.Softmax, name: "head").Call(x)), cut);
    }

    private static NDArray Softmaxed(Model model, NDArray features) =>
        model.GetLayer("head").Call(np.mean(np.mean(features, 2), 1).astype(np.float32));

    private static string[] Changed(Model model, NDArray[] before) =>
        [.. model.Weights.Zip(before).Where(pair => !pair.First.ToArray().ToArray<float>().SequenceEqual(pair.Second.ToArray<float>())).Select(pair => pair.First.Path)];
}
