using System.Text.Json.Nodes;
using CifarVision.Models;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

/// <summary>Operators on symbolic tensors in the files of functional models, as in MobileNetV3 and ConvNeXt.</summary>
public class OperationConfigTests
{
    [Theory]
    [InlineData("Add", "X, Y", 7)]
    [InlineData("Subtract", "X, Y", 3)]
    [InlineData("Multiply", "X, Y", 10)]
    [InlineData("Add", "X, 3.0", 8)]
    [InlineData("Add", "3, X", 8)]
    [InlineData("Subtract", "X, 3.0", 2)]
    [InlineData("Subtract", "3.0, X", -2)]
    [InlineData("Multiply", "X, 0.5", 2.5)]
    [InlineData("Multiply", "0.5, X", 2.5)]
    public void FromJson_Operator_IsTheLayerThatComputesTheSame(string operation, string arguments, float expected)
    {
        using Model model = Model.FromJson(Json(operation, arguments));
        using Model again = Model.FromJson(model.ToJson());
        NDArray[] inputs = [np.full(new Shape(1, 2), 5f), np.full(new Shape(1, 2), 2f)];

        foreach (Model loaded in new[] { model, again })
            Near.Absolute(np.full(new Shape(1, 2), expected), Assert.Single(loaded.Predict(inputs[..loaded.Inputs.Count])), 1e-6);
        Assert.Equal("op", model.Layers[^1].Name);
    }

    [Theory]
    [InlineData("TrueDivide", "X, 2.0")]
    [InlineData("Add", "1.0, 2.0")]
    [InlineData("Add", "X, Y, Y")]
    [InlineData("Add", "X, Z")]
    public void FromJson_OtherOperator_IsNamed(string operation, string arguments) =>
        Assert.Contains($"{operation} 'op': an operator on tensors must be +, - or *", Assert.Throws<InvalidDataException>(() => Model.FromJson(Json(operation, arguments))).Message, StringComparison.Ordinal);

    private static string Json(string operation, string arguments)
    {
        string[] inputs = [.. new[] { "X", "Y", "Z" }.Where(name => name == "X" || arguments.Contains(name, StringComparison.Ordinal))];
        var args = new JsonArray([.. arguments.Split(", ").Select(argument => char.IsLetter(argument[0]) ? Tensor(argument) : JsonNode.Parse(argument)!)]);
        JsonNode[] layers =
        [
            .. inputs.Select(name => new JsonObject
            {
                ["module"] = "keras.layers",
                ["class_name"] = "InputLayer",
                ["config"] = new JsonObject { ["batch_shape"] = ShapeOf(name), ["dtype"] = "float32", ["name"] = name },
                ["name"] = name,
                ["inbound_nodes"] = new JsonArray(),
            }),
            new JsonObject
            {
                ["module"] = "keras.src.ops.numpy",
                ["class_name"] = operation,
                ["config"] = new JsonObject { ["name"] = "op" },
                ["registered_name"] = operation,
                ["name"] = "op",
                ["inbound_nodes"] = new JsonArray(new JsonObject { ["args"] = args, ["kwargs"] = new JsonObject() }),
            },
        ];
        var config = new JsonObject
        {
            ["name"] = "functional",
            ["trainable"] = true,
            ["layers"] = new JsonArray(layers),
            ["input_layers"] = new JsonArray([.. inputs.Select(name => new JsonArray(name, 0, 0))]),
            ["output_layers"] = new JsonArray(new JsonArray("op", 0, 0)),
        };
        return new JsonObject { ["module"] = "keras.src.models.functional", ["class_name"] = "Functional", ["config"] = config, ["registered_name"] = "Functional" }.ToJsonString();
    }

    private static JsonArray ShapeOf(string name) => name == "Z" ? new JsonArray(null, 3, 2) : new JsonArray(null, 2);

    private static JsonObject Tensor(string name) => new()
    {
        ["class_name"] = "__keras_tensor__",
        ["config"] = new JsonObject { ["shape"] = ShapeOf(name), ["dtype"] = "float32", ["keras_history"] = new JsonArray(name, 0, 0) },
    };
}
