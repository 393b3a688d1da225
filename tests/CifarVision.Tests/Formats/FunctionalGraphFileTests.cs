using System.Text.Json.Nodes;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Serialization;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Formats;

/// <summary>Graphs that no file of Keras shows: they come back from a file as they were, and broken ones are refused.</summary>
public sealed class FunctionalGraphFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_LayerAtTwoDepths_KeepsTheOrderOfCalls()
    {
        KerasTensor x = Keras.Input(4, "x");
        var a = new Dense(4, name: "a");
        var b = new Dense(4, name: "b");
        using var model = new Model(x, a.Call(b.Call(a.Call(b.Call(x)))));

        AssertSameAfterSaving(model);
    }

    [Fact]
    public void Load_InputThatIsAnOutput_ComesBack()
    {
        KerasTensor x = Keras.Input(4, "x");
        using var model = new Model([x], [x, new Dense(2).Call(x)]);

        AssertSameAfterSaving(model);
    }

    [Fact]
    public void Load_SeveralOutputsOfANestedModel_ComeBack()
    {
        KerasTensor inside = Keras.Input(4, "inside");
        var nested = new Model([inside], [new Dense(2, name: "left").Call(inside), new Dense(3, name: "right").Call(inside)], name: "nested");
        KerasTensor x = Keras.Input(4, "x");
        IReadOnlyList<KerasTensor> both = nested.CallMany([x]);
        IReadOnlyList<KerasTensor> again = nested.CallMany([new Dense(4).Call(x)]);
        using var model = new Model([x], [both[1], again[0]]);

        JsonArray outputs = model.GetConfig()["output_layers"]!.AsArray();
        Assert.Equal("""[["nested",1,1],["nested",2,0]]""", outputs.ToJsonString());
        AssertSameAfterSaving(model);
    }

    [Fact]
    public void Load_FunctionalInsideSequential_ComesBack()
    {
        KerasTensor inside = Keras.Input(4, "inside");
        var nested = new Model(inside, new Add().Call(new Dense(4).Call(inside), inside), name: "nested");
        using var model = new Sequential(4, nested, new Dense(2));

        AssertSameAfterSaving(model);
    }

    [Fact]
    public void Load_LayerThatNestedModelsShare_IsOneLayerAgain()
    {
        var shared = new Dense(4, name: "shared");
        KerasTensor x = Keras.Input(4, "x");
        using var model = new Model(x, Nested("second", shared).Call(Nested("first", shared).Call(x)));
        AssertSameAfterSaving(model, skipLegacy: true);
        string path = _folder.File("shared.keras");
        model.Save(path);

        using Model again = Model.Load(path);

        Assert.Equal(2, again.Weights.Count);
        Assert.Same(((Model)again.GetLayer("first")).GetLayer("shared"), ((Model)again.GetLayer("second")).GetLayer("shared"));
    }

    [Fact]
    public void Save_NestedModelsWithWeightsOfOnePath_NamesTheOptimizersStateApart()
    {
        KerasTensor x = Keras.Input(4, "x");
        using var model = new Model(x, Nested("second", new Dense(4, name: "dense")).Call(Nested("first", new Dense(4, name: "dense")).Call(x)));
        model.Compile(new Adam(), new MeanSquaredError());
        NDArray data = np.ones(new Shape(8, 4), typeof(float));
        model.Fit(data, data, verbose: 0, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(10, model.Optimizer!.GetState().Select(variable => variable.Path).Distinct().Count());
        AssertSameAfterSaving(model);
    }

    [Fact]
    public void Load_LayerOfTheUsersOwn_IsMadeByItsCustomObject()
    {
        KerasTensor x = Keras.Input(4, "x");
        using var model = new Model(x, new Square().Call(new Square().Call(new Dense(4).Call(x))));
        NDArray data = np.arange(8.0).reshape(2, 4).astype(np.float32);
        foreach (string ending in new[] { ".keras", ".h5" })
        {
            string path = _folder.File($"own{ending}");
            model.Save(path);

            using Model again = Model.Load(path, [CustomObject.Of(_ => new Square())]);

            Near.Absolute(model.Predict(data), again.Predict(data), 0);
            Assert.Equal(model.ToJson(), again.ToJson());
        }
    }

    [Theory]
    [InlineData("cycle", "'a' is called on [\"b\",0,0], which no call computes before it. Calls may not form a cycle.")]
    [InlineData("missing", "the tensor [\"nowhere\",0,0] is of a layer that is missing.")]
    [InlineData("output", "there is no tensor [\"b\",7,0].")]
    [InlineData("null", "inputs and outputs must be tensors as [layer, call, place], but were [\"b\",null,0].")]
    [InlineData("name", "there are two layers named 'a'.")]
    [InlineData("mask", "the call of 'a' must be without a mask, but has true.")]
    public void FromJson_BrokenCalls_SaysWhatIsWrong(string fault, string message)
    {
        KerasTensor x = Keras.Input(4, "x");
        using var model = new Model(x, new Dense(4, name: "b").Call(new Dense(4, name: "a").Call(x)));
        JsonNode json = JsonNode.Parse(model.ToJson())!;
        JsonNode config = json["config"]!;
        JsonNode call = config["layers"]![1]!["inbound_nodes"]![0]!;
        JsonArray history = call["args"]![0]!["config"]!["keras_history"]!.AsArray();
        switch (fault)
        {
            case "cycle":
                history[0] = "b";
                break;
            case "missing":
                history[0] = "nowhere";
                break;
            case "output":
                config["output_layers"]![1] = 7;
                break;
            case "null":
                config["output_layers"]![1] = null;
                break;
            case "name":
                config["layers"]![2]!["name"] = "a";
                break;
            default:
                call["kwargs"]!["mask"] = true;
                break;
        }

        var error = Assert.Throws<InvalidDataException>(() => Model.FromJson(json.ToJsonString()));

        Assert.StartsWith("Model: the JSON must describe a model of known parts, but: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(70)]
    [InlineData(10000)]
    public void FromJson_ModelsNestedTooDeeply_IsAnError(int depth)
    {
        string json = string.Concat(Enumerable.Repeat("""{"class_name":"Sequential","config":{"layers":[""", depth)) + string.Concat(Enumerable.Repeat("]}}", depth));

        Assert.Throws<InvalidDataException>(() => Model.FromJson(json));
    }

    private static Model Nested(string name, Layer layer)
    {
        KerasTensor inside = Keras.Input(4, $"{name}_input");
        return new Model(inside, new ReLU().Call(layer.Call(inside)), name);
    }

    private void AssertSameAfterSaving(Model model, bool skipLegacy = false)
    {
        NDArray[] x = [.. model.Inputs.Select(input => np.arange(8.0).reshape(2, 4).astype(np.float32))];
        IReadOnlyList<NDArray> wanted = model.Predict(x);
        foreach (string ending in new[] { ".keras", ".h5" })
        {
            string path = _folder.File($"model{ending}");
            model.Save(path);
            using Model again = Model.Load(path);
            foreach ((NDArray expected, NDArray found) in wanted.Zip(again.Predict(x)))
                Near.Absolute(expected, found, 0, ending);
            if (!skipLegacy || ending == ".keras")
                Assert.Equal(model.Weights.Count, again.Weights.Count);
            Assert.Equal(model.ToJson(), again.ToJson());
        }
    }

    private sealed class Square : Layer
    {
        public override TensorShape ComputeOutputShape(TensorShape inputShape) => inputShape;

        protected override Tensor ForwardCore(Tensor x, bool training) => x.mul(x);
    }
}
