using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

/// <summary>Models made of layer calls on symbolic tensors.</summary>
public class ModelTests
{
    private static readonly NDArray TwoRows = np.array(new float[,] { { 1, -2, 3 }, { 0, 4, -1 } });

    [Fact]
    public void Predict_TwoInputs_TakesThemInOrder()
    {
        (KerasTensor left, KerasTensor right) = (Keras.Input(3, "left"), Keras.Input(3, "right"));
        using var model = new Model([left, right], [new Add().Call(new Rescaling(10).Call(left), right)]);

        NDArray sum = Assert.Single(model.Predict([TwoRows, TwoRows * 2]));

        Near.Absolute(TwoRows * 12, sum, 1e-5);
        Assert.Equal(["left", "right"], model.Inputs.Select(input => input.Name));
    }

    [Fact]
    public void Predict_TwoOutputs_ReturnsBothInOrder()
    {
        KerasTensor x = Keras.Input(3);
        KerasTensor doubled = new Rescaling(2, name: "doubled").Call(x);
        KerasTensor shifted = new Rescaling(1, 5, name: "shifted").Call(doubled);
        using var model = new Model([x], [shifted, doubled, shifted]);

        IReadOnlyList<NDArray> outputs = model.Predict([TwoRows]);

        Assert.Equal(["shifted", "doubled", "shifted"], model.Outputs.Select(output => output.Name));
        Near.Absolute((TwoRows * 2) + 5, outputs[0], 1e-5);
        Near.Absolute(TwoRows * 2, outputs[1], 1e-5);
        Near.Absolute(outputs[0], outputs[2], 0);
        Assert.Contains("has 3 outputs", Assert.Throws<InvalidOperationException>(() => model.Predict(TwoRows)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_ManyBatches_AreJoinedForEveryOutput()
    {
        KerasTensor x = Keras.Input(3);
        using var model = new Model([x], [new Rescaling(2).Call(x), new Rescaling(3).Call(x)]);
        NDArray rows = np.arange(21).astype(np.float32).reshape(7, 3);

        IReadOnlyList<NDArray> outputs = model.Predict([rows], batchSize: 3);

        Near.Absolute(rows * 2, outputs[0], 0);
        Near.Absolute(rows * 3, outputs[1], 0);
    }

    [Fact]
    public void SharedLayer_CalledTwice_HasItsWeightsOnce()
    {
        var shared = new Dense(2, useBias: false, name: "shared");
        (KerasTensor left, KerasTensor right) = (Keras.Input(3), Keras.Input(3));
        using var model = new Model([left, right], [new Add().Call(shared.Call(left), shared.Call(right))]);

        Assert.Equal(["shared/kernel"], model.Weights.Select(weight => weight.Path));
        Assert.Equal(["input_layer", "input_layer_1", "shared", "add"], model.Layers.Select(layer => layer.Name));
        Near.Absolute(shared.Call(TwoRows * 3), model.Predict([TwoRows, TwoRows * 2])[0], 1e-5);
    }

    [Fact]
    public void SharedLayer_Gradient_IsTheSumOfBothCalls()
    {
        var shared = new Dense(1, useBias: false);
        (KerasTensor left, KerasTensor right) = (Keras.Input(1), Keras.Input(1));
        using var model = new Model([left, right], [new Add().Call(shared.Call(left), shared.Call(right))]);
        model.Compile(new SGD(0.5), new MeanSquaredError());
        shared.SetWeights([np.array(new float[,] { { 1 } })]);

        model.TrainOnBatch([np.array(new float[,] { { 2 } }), np.array(new float[,] { { 3 } })], [np.array(new float[,] { { 4 } })]);

        // The output is 5 w, so that d(5 w - 4)^2 / dw = 10 (5 w - 4) = 10.
        Assert.Equal(1 - (0.5f * 10), shared.GetWeights()[0].ToArray<float>()[0], 1e-5f);
    }

    [Fact]
    public void NestedModel_InFunctionalAndSequential_SharesItsWeights()
    {
        KerasTensor inner = Keras.Input(3);
        using var block = new Model(inner, new Add().Call(inner, new Dense(3, name: "main").Call(inner)), "block");
        KerasTensor x = Keras.Input(3);
        using var functional = new Model(x, block.Call(x));
        using var sequential = new Sequential(3, block, new Rescaling(2));

        NDArray expected = block.Predict(TwoRows);

        Near.Absolute(expected, functional.Predict(TwoRows), 0);
        Near.Absolute(expected * 2, sequential.Predict(TwoRows), 1e-6);
        Assert.Same(block.Weights[0], functional.Weights[0]);
        Assert.Same(block.Weights[0], sequential.Weights[0]);
    }

    [Fact]
    public void NestedModel_SeveralInputsAndOutputs_IsCalledOnLists()
    {
        (KerasTensor a, KerasTensor b) = (Keras.Input(3), Keras.Input(3));
        using var inner = new Model([a, b], [new Add().Call(a, b), new Rescaling(-1).Call(a)], "inner");
        KerasTensor x = Keras.Input(3);
        IReadOnlyList<KerasTensor> both = inner.CallMany([x, new Rescaling(10).Call(x)]);
        using var outer = new Model([x], [both[1], both[0]]);

        IReadOnlyList<NDArray> outputs = outer.Predict([TwoRows]);

        Near.Absolute(TwoRows * -1, outputs[0], 0);
        Near.Absolute(TwoRows * 11, outputs[1], 1e-5);
        Assert.Throws<InvalidOperationException>(() => inner.Call(x, x));
    }

    [Fact]
    public void GetLayerOutput_OfATrainedModel_MakesAFeatureExtractor()
    {
        using Sequential model = TinyTask.Model();
        using var features = new Model(model.Inputs[0], model.GetLayer("dense").Output, "features");
        (NDArray x, _) = TinyTask.Arrays(4);

        NDArray found = features.Predict(x);

        NDArray expected = model.Layers.Take(5).Aggregate(x, (values, layer) => layer.Call(values));
        Near.Absolute(expected, found, 1e-6);
        Assert.Equal(8, features.OutputShape[0]);
        Assert.Equal("dense", model.GetLayer("dense").Name);
        Assert.StartsWith(model.Name, model.GetLayer("dense").Weights[0].Path, StringComparison.Ordinal);
    }

    [Fact]
    public void Model_BeginningInsideAnother_IsItsRest()
    {
        KerasTensor x = Keras.Input(3);
        KerasTensor middle = new Dense(4, ActivationFunction.Tanh).Call(x);
        KerasTensor end = new Dense(2).Call(new Add().Call(middle, new Rescaling(2).Call(middle)));
        using var whole = new Model([x], [middle, end]);
        using var rest = new Model(middle, end);

        IReadOnlyList<NDArray> outputs = whole.Predict([TwoRows]);

        Near.Absolute(outputs[1], rest.Predict(outputs[0]), 1e-6);
        Assert.Same(whole.Weights[^1], rest.Weights[^1]);
        Assert.Equal(new TensorShape(4), rest.InputShape);
    }

    [Fact]
    public void Names_SecondModel_DoesNotRename()
    {
        KerasTensor x = Keras.Input(3);
        var first = new Dense(3);
        var second = new Dense(3);
        KerasTensor y = second.Call(first.Call(x));
        using var model = new Model(x, y);
        using var part = new Model(second.Input, y);
        using var larger = new Model(x, new Dense(1).Call(y));

        Assert.Equal(["dense", "dense_1"], model.Layers.Skip(1).Select(layer => layer.Name));
        Assert.Equal(["dense_1"], part.Layers.Skip(1).Select(layer => layer.Name));
        Assert.Equal(["dense", "dense_1", "dense_2"], larger.Layers.Skip(1).Select(layer => layer.Name));
        Assert.Equal("dense_1/kernel", second.Weights[0].Path);
    }

    [Fact]
    public void Fit_TwoInputsAndOutputs_LearnsBoth()
    {
        TorchRuntime.SetSeed(1);
        var random = new RandomStream(1, "two inputs");
        var values = new float[64 * 3];
        random.NextUniform(values);
        NDArray x = np.array(values).reshape(64, 3);
        (KerasTensor a, KerasTensor b) = (Keras.Input(3), Keras.Input(3));
        KerasTensor merged = new Add().Call(new Dense(4, useBias: false).Call(a), new Dense(4, useBias: false).Call(b));
        using var model = new Model([a, b], [new Dense(3, name: "first").Call(merged), new Dense(3, name: "second").Call(merged)]);
        model.Compile(new Adam(0.05), [new MeanSquaredError(), new MeanAbsoluteError()], metrics: [[], [new MeanLoss(new MeanSquaredError(), "mse")]]);

        IReadOnlyDictionary<string, IReadOnlyList<double>> history = model.Fit([x, x * 0.5f], [x, x * -1], epochs: 40, verbose: 0, validationSplit: 0.25).History;

        Assert.Equal(
            ["first_loss", "loss", "second_loss", "second_mse", "val_first_loss", "val_loss", "val_second_loss", "val_second_mse"], history.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(history["loss"][0], history["first_loss"][0] + history["second_loss"][0], 1e-5);
        Assert.True(history["val_loss"][^1] < history["val_loss"][0] / 4, string.Join(' ', history["val_loss"]));
    }

    [Fact]
    public void Forward_ThousandsOfLayers_NeedsNoRecursion()
    {
        KerasTensor x = Keras.Input(1);
        KerasTensor y = x;
        for (int i = 0; i < 2000; i++)
            y = new Add(name: FormattableString.Invariant($"add{i}")).Call(y, x);
        using var model = new Model(x, y);

        Near.Absolute(np.array(new float[,] { { 2001 } }), model.Predict(np.array(new float[,] { { 1 } })), 0);
    }

    [Fact]
    public void Create_Misuse_SaysWhatIsWrong()
    {
        (KerasTensor a, KerasTensor b) = (Keras.Input(3, "a"), Keras.Input(3, "b"));
        KerasTensor sum = new Add().Call(a, b);

        RefusesToCreate("Model: inputs must hold every input that the outputs depend on, but 'b' is missing. Add it to inputs.", () => new Model(a, sum));
        RefusesToCreate("Model: inputs must hold at least one tensor, but was empty.", () => new Model([], [sum]));
        RefusesToCreate("Model: outputs must hold at least one tensor, but was empty.", () => new Model([a, b], []));
        RefusesToCreate("Model: inputs must differ, but one was given twice.", () => new Model([a, a], [a]));
        RefusesToCreate(
            "Model: layer names must be unique, but there is a second 'same'. Give one of them another name.",
            () => new Model(a, new Dense(3, name: "same").Call(new Dense(3, name: "same").Call(a))));
        Assert.Throws<ArgumentNullException>(() => new Model([a, null!], [sum]));
        Assert.Throws<ArgumentNullException>(() => new Model(a, null!));
    }

    [Fact]
    public void OutputOfALayer_NotCalledOnce_SaysSo()
    {
        KerasTensor x = Keras.Input(3);
        var layer = new Dense(3, name: "twice");

        Says<InvalidOperationException>("Dense: 'twice' has no Output yet, since it was not called. Call it on a tensor of Keras.Input, or give its model an input shape.", () => _ = layer.Output);
        KerasTensor y = layer.Call(layer.Call(x));

        Says<InvalidOperationException>("Dense: 'twice' was called 2 times, so Output is ambiguous. Keep what each call returned.", () => _ = layer.Output);
        Says<InvalidOperationException>("Dense: 'twice' was called 2 times, so Input is ambiguous. Keep what each call returned.", () => _ = layer.Input);
        using var model = new Model(x, y);
        Near.Absolute(layer.Call(layer.Call(TwoRows)), model.Predict(TwoRows), 1e-6);
    }

    [Fact]
    public void Call_WrongInputs_NamesTheLayer()
    {
        (KerasTensor a, KerasTensor b) = (Keras.Input(3), Keras.Input(4));

        Says<ArgumentException>("Dense: 'one' must be given one input, but was given 2.", () => new Dense(3, name: "one").Call(a, b));
        Says<ArgumentException>("Add: 'sum' must be given inputs of shapes that broadcast, but was given (None, 3) and (None, 4).", () => new Add("sum").Call(a, b));
    }

    [Fact]
    public void Fit_WrongNumberOfArrays_SaysHowMany()
    {
        (KerasTensor a, KerasTensor b) = (Keras.Input(3), Keras.Input(3));
        using var model = new Model([a, b], [new Add().Call(a, b)]);
        model.Compile(new SGD(), new MeanSquaredError());

        Says<ArgumentException>("Model: y must hold an array for each of the 1 outputs, but held 2.", () => model.Fit([TwoRows, TwoRows], [TwoRows, TwoRows], verbose: 0));
        Says<ArgumentException>("Model: x and y must have the same number of rows, but were 2 and 1.", () => model.Fit([TwoRows, TwoRows], [TwoRows["0:1"]], verbose: 0));
        Says<ArgumentOutOfRangeException>("Model: epochs must be at least 1, but was 0.", () => model.Fit([TwoRows, TwoRows], [TwoRows], epochs: 0, verbose: 0));
        Assert.Contains("Model: ", Assert.Throws<ArgumentException>(() => model.Fit([TwoRows], [TwoRows], verbose: 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_WrongNumberOfLosses_NamesTheOutputs()
    {
        KerasTensor x = Keras.Input(3);
        using var model = new Model([x], [new Dense(1, name: "a").Call(x), new Dense(1, name: "b").Call(x)]);

        Says<ArgumentException>("Model: losses must have an entry for each of the 2 outputs (a, b), but had 1.", () => model.Compile(new SGD(), [new MeanSquaredError()]));
        Says<ArgumentException>("Model: losses must have at least one that is not null.", () => model.Compile(new SGD(), [null, null]));
    }

    private static void Says<T>(string message, Action action)
        where T : Exception => Assert.StartsWith(message, Assert.Throws<T>(action).Message, StringComparison.Ordinal);

    private static void RefusesToCreate(string message, Func<Model> create) =>
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(create).Message, StringComparison.Ordinal);
}
