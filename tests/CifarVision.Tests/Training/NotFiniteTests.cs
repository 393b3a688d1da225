using CifarVision.Callbacks;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Training;

public class NotFiniteTests
{
    [Fact]
    public void Fit_InputOfOneBatch_IsNamedWithItsStep()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays(24);
        x["17"] = float.NaN;
        string printed = Printed(TinyTask.Compiled(), x, y);

        Assert.Equal("Batch 2: Invalid loss, terminating training\nEpoch 1, step 3: the batch's inputs are not finite. Fit(checkFinite: true) names the row.\n", printed);
    }

    [Fact]
    public void Fit_Truth_IsNamed()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays(24);
        y["0"] = float.PositiveInfinity;

        Assert.Contains("Epoch 1, step 1: the batch's truth or its sample weights are not finite.", Printed(TinyTask.Compiled(), x, y), StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_Weight_IsNamedWithItsLayer()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays(24);
        Sequential model = TinyTask.Compiled();
        Weight kernel = model.GetLayer("dense").Weights[0];
        kernel.Assign(kernel.ToArray() * float.PositiveInfinity);

        Assert.Contains("step 1: the weight 'sequential/dense/kernel' of the layer 'dense' (Dense) is not finite since the update before.", Printed(model, x, y), StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_OutputThatOverflows_IsNamedWithItsLayer()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays(24);
        var model = new Sequential((6, 6, 2), new Flatten(), new Rescaling(1e30, 1e30, name: "first"), new Rescaling(1e30, name: "second"), new Dense(3));
        model.Compile(new SGD(), new MeanSquaredError());

        Assert.Contains("step 1: the output of the layer 'second' (Rescaling) is the first that is not finite.", Printed(model, x, y), StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_LossThatOverflows_IsNamed()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays(24);
        var model = new Sequential((6, 6, 2), new Flatten(), new Dense(3), new Rescaling(1, 1e30));
        model.Compile(new SGD(), new MeanSquaredError());

        Assert.Contains("step 1: the outputs of the model are finite, and the loss is not.", Printed(model, x, y), StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_HugeRate_NamesTheWeightAndStops()
    {
        (NDArray x, NDArray y) = TinyTask.Arrays(24);
        Sequential model = TinyTask.Model(dropout: 0);
        model.Compile(new SGD(1e10), new CategoricalCrossentropy());
        string printed = Printed(model, x, y, epochs: 20);

        Assert.Contains("Invalid loss, terminating training", printed, StringComparison.Ordinal);
        Assert.Matches("Epoch [0-9]+, step [0-9]: the (weight|output)", printed);
    }

    [Fact]
    public void Describe_Search_LeavesTheModelAsItWas()
    {
        // The same numbers are drawn with and without the search: it ends before the update, which both make.
        (NDArray x, NDArray y) = TinyTask.Arrays(8);
        y["0"] = float.NaN;
        float[][] averages = [.. new[] { false, true }.Select(isWatched =>
        {
            TorchRuntime.SetSeed(2);
            using Sequential model = TinyTask.Compiled();
            model.Fit(x, y, verbose: 0, callbacks: isWatched ? [new TerminateOnNaN(TextWriter.Null)] : []);
            return new[] { "moving_mean", "moving_variance" }.SelectMany(name => model.Weights.Single(weight => weight.Name == name).ToArray().ToArray<float>()).ToArray();
        })];

        Assert.Equal(averages[0], averages[1]);
    }

    private static string Printed(Sequential model, NDArray x, NDArray y, int epochs = 1)
    {
        using var output = new StringWriter { NewLine = "\n" };
        model.Fit(x, y, batchSize: 8, epochs: epochs, verbose: 0, shuffle: false, callbacks: [new TerminateOnNaN(output)]);
        model.Dispose();
        return output.ToString();
    }
}
