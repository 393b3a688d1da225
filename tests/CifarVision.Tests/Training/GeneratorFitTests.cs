using CifarVision.Callbacks;
using CifarVision.History;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Training;

/// <summary>Fit on batches that the user's program generates.</summary>
public class GeneratorFitTests
{
    private static readonly NDArray X = np.arange(24).astype(np.float32).reshape(12, 2) / 24f;
    private static readonly NDArray Y = np.arange(12).astype(np.float32).reshape(12, 1) / 12f;

    [Fact]
    public void Fit_GeneratedBatches_EqualsFitOnArrays()
    {
        using Sequential expected = Model();
        using Sequential actual = Model();
        TrainingHistory onArrays = expected.Fit(X, Y, batchSize: 4, epochs: 2, verbose: 0, shuffle: false, validationData: (X, Y));
        TrainingHistory generated = actual.Fit(Endless(), stepsPerEpoch: 3, epochs: 2, verbose: 0, validationData: (X, Y));

        // Products of matrices round by where the memory of a batch begins.
        Near.Relative(np.array(onArrays.History["loss"].ToArray()), np.array(generated.History["loss"].ToArray()), 1e-6, "loss");
        Near.Relative(np.array(onArrays.History["val_loss"].ToArray()), np.array(generated.History["val_loss"].ToArray()), 1e-6, "val_loss");
        Near.Relative(expected.GetWeights()[0], actual.GetWeights()[0], 1e-6, "kernel");
    }

    [Fact]
    public void Fit_BatchesThatEnd_StopsThere()
    {
        using Sequential model = Model();
        TrainingHistory history = model.Fit(Endless().Take(4), stepsPerEpoch: 3, epochs: 5, verbose: 0);

        Assert.Equal([0, 1], history.Epoch);
    }

    [Fact]
    public void Fit_ExceptionOfTheProgram_ComesThrough()
    {
        using Sequential model = Model();

        var error = Assert.Throws<FormatException>(() => model.Fit(Endless().Select((batch, i) => i < 2 ? batch : throw new FormatException("the third")), stepsPerEpoch: 3, verbose: 0));

        Assert.Equal("the third", error.Message);
    }

    [Fact]
    public void Fit_ArraysThatDoNotFit_SaysSo()
    {
        using Sequential model = Model();

        Assert.Contains("(None, 2)", Assert.Throws<ArgumentException>(() => model.Fit([(np.zeros(new Shape(4, 3), typeof(float)), Y["0:4"])], stepsPerEpoch: 1, verbose: 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WithBackups_IsRefusedBeforeTheFirstStep()
    {
        using var folder = new TemporaryFolder();
        using Sequential model = Model();

        Assert.Contains("cannot be resumed", Assert.Throws<ArgumentException>(() => model.Fit(Endless(), stepsPerEpoch: 3, verbose: 0, callbacks: [new BackupAndRestore(folder.Path)])).Message, StringComparison.Ordinal);
    }

    private static Sequential Model()
    {
        TorchRuntime.SetSeed(5);
        var model = new Sequential(2, new Dense(3, ActivationFunction.Tanh), new Dense(1));
        model.Compile(new SGD(0.1), new MeanSquaredError());
        return model;
    }

    private static IEnumerable<(NDArray X, NDArray Y)> Endless()
    {
        while (true)
        {
            for (int start = 0; start < 12; start += 4)
                yield return (X[$"{start}:{start + 4}"], Y[$"{start}:{start + 4}"]);
        }
    }
}
