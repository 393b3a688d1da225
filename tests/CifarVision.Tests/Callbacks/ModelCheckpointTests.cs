using CifarVision.Callbacks;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Callbacks;

public class ModelCheckpointTests
{
    [Fact]
    public void EpochEnd_Template_HasTheEpochFromOneAndTheFigure()
    {
        var run = new ScriptedRun(new ModelCheckpoint("{epoch:02d}-{val_loss:.2f}.keras"));

        run.Fit("val_loss", 1.5, 0.125);

        Assert.Equal(["model 01-1.50.keras", "model 02-0.12.keras"], run.Saved);
    }

    [Fact]
    public void EpochEnd_WeightsOnly_SavesWeights()
    {
        var run = new ScriptedRun(new ModelCheckpoint("last.weights.h5", saveWeightsOnly: true));

        run.Fit("val_loss", 1, 2);

        Assert.Equal(["weights last.weights.h5", "weights last.weights.h5"], run.Saved);
    }

    [Fact]
    public void EpochEnd_BestOnly_SavesWhatIsBetter()
    {
        var checkpoint = new ModelCheckpoint("{epoch}.keras", saveBestOnly: true);
        var run = new ScriptedRun(checkpoint);

        run.Fit("val_loss", 3, 4, 3, 2, double.NaN, 1);

        Assert.Equal(["model 1.keras", "model 4.keras", "model 6.keras"], run.Saved);
        Assert.Equal(1, checkpoint.Best);
    }

    [Fact]
    public void EpochEnd_BestOnlyByAccuracy_SavesWhatIsHigher()
    {
        var run = new ScriptedRun(new ModelCheckpoint("{epoch}.keras", "val_accuracy", saveBestOnly: true));

        run.Fit("val_accuracy", 0.5, 0.4, 0.6);

        Assert.Equal(["model 1.keras", "model 3.keras"], run.Saved);
    }

    [Fact]
    public void EpochEnd_Threshold_MustBeBeaten()
    {
        var run = new ScriptedRun(new ModelCheckpoint("{epoch}.keras", saveBestOnly: true, initialValueThreshold: 2));

        run.Fit("val_loss", 3, 2, 1);

        Assert.Equal(["model 3.keras"], run.Saved);
    }

    [Fact]
    public void Fit_Second_DoesNotReplaceABetterModel()
    {
        var run = new ScriptedRun(new ModelCheckpoint("{epoch}.keras", saveBestOnly: true));
        run.Fit("val_loss", 3, 1);

        run.Fit("val_loss", 2, 0.5);

        Assert.Equal(["model 1.keras", "model 2.keras", "model 2.keras"], run.Saved);
    }

    [Fact]
    public void EpochEnd_FigureMissing_IsAnErrorThatListsTheOthers()
    {
        var run = new ScriptedRun(new ModelCheckpoint("best.keras", saveBestOnly: true)) { ValidationSteps = 0 };

        var error = Assert.Throws<ArgumentException>(() => run.Fit("loss", 1));

        Assert.StartsWith("ModelCheckpoint: monitor must be one of accuracy, loss, but was 'val_loss'.", error.Message);
    }

    [Fact]
    public void EpochEnd_EveryEpoch_NeedsNoMonitor()
    {
        var run = new ScriptedRun(new ModelCheckpoint("{epoch}.keras")) { ValidationSteps = 0 };

        run.Fit("loss", 1, 2);

        Assert.Equal(["model 1.keras", "model 2.keras"], run.Saved);
    }

    [Fact]
    public void BatchEnd_EveryThreeBatches_CountsOverEpochs()
    {
        var run = new ScriptedRun(new ModelCheckpoint("{epoch:d}-{batch:d}.keras", saveFreq: SaveFrequency.Batches(3))) { Steps = 4 };

        run.Fit("loss", 1, 1, 1);

        // Batches 3, 6, 9 and 12 of 12.
        Assert.Equal(["model 1-3.keras", "model 2-2.keras", "model 3-1.keras", "model 3-4.keras"], run.Saved);
    }

    [Fact]
    public void BatchEnd_NothingToSave_ReadsNoFigures()
    {
        var run = new ScriptedRun(new ModelCheckpoint("{batch}.keras", saveFreq: SaveFrequency.Batches(3))) { Steps = 7 };

        run.Fit("loss", 1);

        Assert.Equal(2, run.BatchReads);
    }

    [Fact]
    public void TrainBegin_UnknownField_IsAnErrorThatListsTheOthers()
    {
        int steps = 0;
        var run = new ScriptedRun(new ModelCheckpoint("{val_los:.2f}.keras")) { AfterStep = _ => steps++ };

        var error = Assert.Throws<ArgumentException>(() => run.Fit("val_loss", 1));

        Assert.Equal("ModelCheckpoint: filepath must name logged values (epoch, accuracy, loss, val_accuracy, val_loss), but was '{val_los:.2f}.keras' with '{val_los:.2f}'. Did you mean 'val_loss'?", error.Message);
        Assert.Equal(0, steps);
    }

    [Fact]
    public void TrainBegin_ValidationFieldAfterBatches_IsAnError()
    {
        var run = new ScriptedRun(new ModelCheckpoint("{batch}-{val_loss:.2f}.keras", saveFreq: SaveFrequency.Batches(1)));

        Assert.Contains("(epoch, batch, accuracy, loss)", Assert.Throws<ArgumentException>(() => run.Fit("val_loss", 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_LegacyFileOfWeights_IsAccepted() => Assert.True(new ModelCheckpoint("best.h5", saveWeightsOnly: true).SaveWeightsOnly);

    [Fact]
    public void EpochEnd_FolderInPath_IsMade()
    {
        using var folder = new TemporaryFolder();

        new ScriptedRun(new ModelCheckpoint(folder.File("run/{epoch:02d}/model.keras"))).Fit("val_loss", 1);

        Assert.True(Directory.Exists(folder.File("run/01")));
    }

    [Fact]
    public void Verbose_BestOnly_SaysWhatItDoes()
    {
        using var output = new StringWriter { NewLine = "\n" };

        new ScriptedRun(new ModelCheckpoint("best.keras", verbose: 1, saveBestOnly: true, output: output)).Fit("val_loss", 1.5, 2, 1);

        Assert.Equal(
            """
            Epoch 1: val_loss improved from None to 1.50000, saving model to best.keras
            Epoch 2: val_loss did not improve from 1.50000
            Epoch 3: val_loss improved from 1.50000 to 1.00000, saving model to best.keras

            """,
            output.ToString());
    }

    [Fact]
    public void State_TakenAfterAnyEpoch_ContinuesIdentically()
    {
        double[] script = [3, 4, 2, 3, 1, 0.5];
        var whole = new ScriptedRun(Make());
        whole.Fit("val_loss", script);
        for (int done = 1; done < script.Length; done++)
        {
            (ScriptedRun rest, _) = Resume.After(done, Make, Make(), "val_loss", script);

            Assert.Equal(whole.Saved.Where(saved => saved["model ".Length] - '0' > done), rest.Saved);
        }

        static ModelCheckpoint Make() => new("{epoch}.keras", saveBestOnly: true);
    }

    [Fact]
    public void State_SavingByBatches_GoesOnCounting()
    {
        (ScriptedRun rest, _) = Resume.After(2, Make, Make(), "loss", [1, 1, 1, 1]);

        Assert.Equal(["model 3.keras"], rest.Saved);

        static ModelCheckpoint Make() => new("{epoch}.keras", saveFreq: SaveFrequency.Batches(3));
    }

    [Theory]
    [InlineData("best.hdf5", true)]
    [InlineData("best.keras", true)]
    [InlineData("best.weights.h5", false)]
    [InlineData("best.npz", false)]
    [InlineData("best.safetensors", false)]
    [InlineData("best", false)]
    public void Constructor_WrongEnding_Throws(string path, bool weightsOnly)
    {
        var error = Assert.Throws<ArgumentException>(() => new ModelCheckpoint(path, saveWeightsOnly: weightsOnly));

        Assert.Equal("filepath", error.ParamName);
        Assert.Contains($"but was '{path}'", error.Message);
    }

    [Theory]
    [InlineData("best.h5", false)]
    [InlineData("best.keras", false)]
    [InlineData("best.weights.h5", true)]
    [InlineData("best.npz", true)]
    [InlineData("best.safetensors", true)]
    [InlineData("BEST.KERAS", false)]
    public void Constructor_RightEnding_IsTaken(string path, bool weightsOnly) =>
        Assert.Equal(path, new ModelCheckpoint(path, saveWeightsOnly: weightsOnly).Filepath);

    [Fact]
    public void Constructor_ThresholdWithoutBestOnly_Throws()
    {
        var error = Assert.Throws<ArgumentException>(() => new ModelCheckpoint("a.keras", initialValueThreshold: 0.5));

        Assert.StartsWith("ModelCheckpoint: initialValueThreshold must be null without saveBestOnly, but was 0.5.", error.Message);
    }

    [Fact]
    public void Batches_Zero_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => SaveFrequency.Batches(0));
}
