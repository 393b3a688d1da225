using System.Text.RegularExpressions;
using CifarVision.Callbacks;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.EndToEnd;

/// <summary>What people do wrong, and what they are told: who says it, which argument, the rule, the value, and what to do.</summary>
public partial class WrongUseTests
{
    private static readonly Dictionary<string, (Type Type, string Message, Action Use)> Uses = new()
    {
        ["a rate over 1"] = (typeof(ArgumentOutOfRangeException), "Dropout: rate must be from 0 to 1, but was 1.5.", () => _ = new Dropout(1.5)),
        ["negative units"] = (typeof(ArgumentOutOfRangeException), "Dense: units must be at least 1, but was -3.", () => _ = new Dense(-3)),
        ["a negative learning rate"] = (typeof(ArgumentOutOfRangeException), "SGD: learningRate must be at least 0, but was -0.1.", () => _ = new SGD(-0.1)),
        ["a kernel larger than the input"] = (
            typeof(ArgumentException),
            "Conv2D: the window (5, 5) must fit into the input, but was larger than (None, 3, 3, 1). Use Padding.Same or a smaller window.",
            () => _ = new Sequential((3, 3, 1), new Conv2D(2, 5))),
        ["images for a layer of features"] = (
            typeof(ArgumentException),
            "Conv2D: expected input of rank 4 (batch, height, width, channels), but was (None, 16). Give it images.",
            () => _ = new Sequential((4, 4, 1), new Flatten(), new Conv2D(2, 1))),
        ["images of another size"] = (
            typeof(ArgumentException),
            "Sequential: Fit must be given samples of the shape (None, 6, 6, 2), but was (None, 5, 6, 2).",
            () => Fit((x, y, model) => model.Fit(x[":,0:5"], y, verbose: 0))),
        ["labels for more classes than outputs"] = (
            typeof(ArgumentException),
            "CategoricalCrossentropy: the shape of yTrue must be that of yPred, (4, 3), but was (4, 5).",
            () => Fit((x, _, model) => model.Fit(x, np.zeros(new Shape(4, 5), typeof(float)), verbose: 0))),
        ["a monitor that is no figure"] = (
            typeof(ArgumentException),
            "EarlyStopping: monitor must be one of accuracy, loss, but was 'val_loss'. Give Fit validation data, or monitor a value of training.",
            () => Fit((x, y, model) => model.Fit(x, y, verbose: 0, callbacks: [new EarlyStopping()]))),
        ["a monitor that nobody knows"] = (
            typeof(ArgumentException),
            "EarlyStopping: monitor must be one of accuracy, loss, val_accuracy, val_loss, but was 'val_acc'. Did you mean 'val_accuracy'?",
            () => Fit((x, y, model) => model.Fit(x, y, verbose: 0, validationSplit: 0.5, callbacks: [new EarlyStopping("val_acc")]))),
        ["a label that is too large"] = (
            typeof(ArgumentOutOfRangeException),
            "SparseCategoricalCrossentropy: labels must be from 0 to 2, but was 3 in row 1. Number the classes from 0.",
            () => Fit((x, _, model) => model.Fit(x, np.array(new[] { 0, 3, 1, 2 }), verbose: 0), new SparseCategoricalCrossentropy())),
        ["a negative label"] = (
            typeof(ArgumentOutOfRangeException),
            "SparseCategoricalCrossentropy: labels must be from 0 to 2, but was -1 in row 3. Number the classes from 0.",
            () => Fit((x, _, model) => model.Evaluate(x, np.array(new[] { 0, 2, 1, -1 }), verbose: 0), new SparseCategoricalCrossentropy())),
        ["NaN among the inputs"] = (
            typeof(ArgumentException),
            "Sequential: x must be finite, but was NaN in row 2. Fix or remove the row.",
            () => Fit((x, y, model) => model.Fit(With(x, 2, float.NaN), y, verbose: 0, checkFinite: true))),
        ["infinity among the labels to validate with"] = (
            typeof(ArgumentException),
            "Sequential: validationData.y must be finite, but was Infinity in row 1. Fix or remove the row.",
            () => Fit((x, y, model) => model.Fit(x, y, verbose: 0, validationData: (x, With(y, 1, float.PositiveInfinity)), checkFinite: true))),
        ["Fit before Compile"] = (
            typeof(InvalidOperationException),
            "Sequential: Fit must come after Compile. Call Compile(optimizer, loss, metrics) first.",
            () => TinyTask.Model().Fit(TinyTask.Images(4), verbose: 0)),
        ["a weight for a class that is not there"] = (
            typeof(ArgumentException),
            "Sequential: classWeight must name classes from 0 to 2, but was 7.",
            () => Fit((x, y, model) => model.Fit(x, y, verbose: 0, classWeight: new Dictionary<int, double> { [0] = 1, [7] = 2 }))),
        ["a dataset of more classes than outputs"] = (
            typeof(ArgumentException),
            "Sequential: the dataset's 3 classes must fit the model's output, but was (None, 2). Give the last layer 3 units.",
            () =>
            {
                using var model = new Sequential((6, 6, 2), new Flatten(), new Dense(2, ActivationFunction.Softmax));
                model.Compile(new SGD(), new CategoricalCrossentropy());
                model.Fit(TinyTask.Images(4), verbose: 0);
            }
        ),
    };

    public static TheoryData<string> Cases => [.. Uses.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Use_Wrong_IsToldInTheHousesForm(string use)
    {
        (Type type, string message, Action action) = Uses[use];
        Exception? error = Record.Exception(action);

        Assert.Equal(type, error?.GetType());
        Assert.StartsWith(message, error!.Message, StringComparison.Ordinal);
        Assert.Matches(HousesForm(), error.Message);
    }

    [Fact]
    public void Fit_NaNUnasked_TrainsAsKerasDoesAndTerminateOnNaNStops()
    {
        using var output = new StringWriter();
        int epochs = 0;
        Fit((x, y, model) => epochs = model.Fit(With(x, 2, float.NaN), y, epochs: 5, verbose: 0, callbacks: [new TerminateOnNaN(output)]).Epoch.Count);

        Assert.Equal(1, epochs);
        Assert.Contains("Batch 0: Invalid loss", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_CheckFiniteOfFiniteArrays_TrainsAsWithout()
    {
        Fit((x, y, model) => Assert.Equal(2, model.Fit(x, y, epochs: 2, verbose: 0, validationSplit: 0.25, checkFinite: true).Epoch.Count));
        Fit((x, y, model) => Assert.Single(model.Fit((x * 255f).astype(typeof(byte)), y, verbose: 0, checkFinite: true).Epoch));
    }

    private static void Fit(Action<NDArray, NDArray, Sequential> action, Loss? loss = null)
    {
        (NDArray x, NDArray y) = TinyTask.Arrays(4);
        using var model = new Sequential((6, 6, 2), new Flatten(), new Dense(TinyTask.Classes, ActivationFunction.Softmax));
        model.Compile(new SGD(0.1), loss ?? new CategoricalCrossentropy(), [new CifarVision.Metrics.Accuracy()]);
        action(x, y, model);
    }

    private static NDArray With(NDArray array, int row, float value)
    {
        NDArray changed = array.copy();
        changed[FormattableString.Invariant($"{row}")] = value;
        return changed;
    }

    [GeneratedRegex(@"^\w+: (.+ must .+|expected .+)(, but was .+|\. [A-Z].+)", RegexOptions.Singleline)]
    private static partial Regex HousesForm();
}
