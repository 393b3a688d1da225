using CifarVision.Callbacks;
using CifarVision.History;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Callbacks;

public sealed class CSVLoggerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("log.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Fit_Epochs_AreLinesUnderSortedKeys()
    {
        using var culture = new CultureScope("de-DE");

        new ScriptedRun(new LearningRateScheduler((_, rate) => rate), new CSVLogger(Path)).Fit([Epoch(0.75, 2), Epoch(double.NaN, 1e-5)]);

        Assert.Equal(
            """
            epoch,accuracy,learning_rate,loss,val_accuracy,val_loss
            0,0.75,0.1,2.0,0.75,2.0
            1,nan,0.1,1e-05,nan,1e-05

            """,
            File.ReadAllText(Path));
    }

    [Fact]
    public void Fit_Numbers_ReadBackExactly()
    {
        double third = 1f / 3;

        new ScriptedRun(new CSVLogger(Path)).Fit([Epoch(third, Math.PI)]);

        TrainingHistory history = TrainingHistory.LoadCsv(Path);
        Assert.Equal([third], history.History["accuracy"]);
        Assert.Equal([Math.PI], history.History["val_loss"]);
    }

    [Fact]
    public void Fit_EpochUnderWay_HasTheLinesOfThoseBefore()
    {
        var seen = new List<int>();
        var run = new ScriptedRun(new CSVLogger(Path)) { BeforeEpochEnd = _ => seen.Add(File.ReadAllLines(Path).Length) };

        run.Fit([Epoch(1, 1), Epoch(1, 1), Epoch(1, 1)]);

        Assert.Equal([0, 2, 3], seen);
    }

    [Fact]
    public void Fit_FirstEpochWithoutValidation_HasColumnsForIt()
    {
        var bare = new Dictionary<string, double> { ["loss"] = 3, ["accuracy"] = 0.5 };

        new ScriptedRun(new CSVLogger(Path)).Fit([bare, Epoch(0.75, 2)]);

        Assert.Equal(["epoch,accuracy,loss,val_accuracy,val_loss", "0,0.5,3.0,NA,NA", "1,0.75,2.0,0.75,2.0"], File.ReadAllLines(Path));
    }

    [Fact]
    public void Fit_NoValidation_HasNoColumnsForIt()
    {
        new ScriptedRun(new CSVLogger(Path, separator: ";")) { ValidationSteps = 0 }.Fit("loss", 3);

        Assert.Equal(["epoch;loss", "0;3.0"], File.ReadAllLines(Path));
    }

    [Fact]
    public void Fit_KeyWithTheSeparator_IsQuoted()
    {
        new ScriptedRun(new CSVLogger(Path)) { ValidationSteps = 0 }.Fit("a,\"b\"", 3);

        Assert.Equal("epoch,\"a,\"\"b\"\"\"", File.ReadAllLines(Path)[0]);
    }

    [Fact]
    public void Fit_Second_ReplacesTheFile()
    {
        var run = new ScriptedRun(new CSVLogger(Path)) { ValidationSteps = 0 };
        run.Fit("loss", 3, 2, 1);

        run.Fit("accuracy", 0.5);

        Assert.Equal(["epoch,accuracy", "0,0.5"], File.ReadAllLines(Path));
    }

    [Fact]
    public void Append_FileWithLines_GoesOnBelowWithoutAnotherHeader()
    {
        new ScriptedRun(new CSVLogger(Path)) { ValidationSteps = 0 }.Fit("loss", 3, 2);

        new ScriptedRun(new CSVLogger(Path, append: true)) { ValidationSteps = 0, InitialEpoch = 2 }.Fit("loss", 1);

        Assert.Equal(["epoch,loss", "0,3.0", "1,2.0", "2,1.0"], File.ReadAllLines(Path));
    }

    [Fact]
    public void Append_NoFile_WritesTheHeader()
    {
        new ScriptedRun(new CSVLogger(Path, append: true)) { ValidationSteps = 0 }.Fit("loss", 3);

        Assert.Equal(["epoch,loss", "0,3.0"], File.ReadAllLines(Path));
    }

    [Fact]
    public void Append_OtherColumns_ThrowsAndLeavesTheFile()
    {
        File.WriteAllText(Path, "epoch,accuracy\n0,0.5\n");

        var error = Assert.Throws<InvalidDataException>(() => new ScriptedRun(new CSVLogger(Path, append: true)) { ValidationSteps = 0 }.Fit("loss", 3));

        Assert.Equal($"CSVLogger: '{Path}' must have the columns 'epoch,loss' to be appended to, but has 'epoch,accuracy'.", error.Message);
        Assert.Equal("epoch,accuracy\n0,0.5\n", File.ReadAllText(Path));
    }

    [Fact]
    public void TrainBegin_FolderInPath_IsMade()
    {
        string path = _folder.File("a/b/log.csv");

        new ScriptedRun(new CSVLogger(path)) { ValidationSteps = 0 }.Fit("loss", 3);

        Assert.True(File.Exists(path));
    }

    [Fact]
    public void TrainBegin_FileCannotBeWritten_Throws() =>
        Assert.Throws<UnauthorizedAccessException>(() => new ScriptedRun(new CSVLogger(_folder.Path)).Fit("loss", 3));

    [Fact]
    public void State_LinesWrittenAfterIt_AreTakenAway()
    {
        double[] script = [5, 4, 3, 2];
        for (int done = 1; done < script.Length; done++)
        {
            Resume.After(done, Make, new LateLine(Make()), "loss", script);

            Assert.Equal(["epoch,loss,val_accuracy,val_loss", "0,5.0,NA,NA", "1,4.0,NA,NA", "2,3.0,NA,NA", "3,2.0,NA,NA"], File.ReadAllLines(Path));
        }

        CSVLogger Make() => new(Path);
    }

    [Fact]
    public void State_FileLost_IsBegunAnew()
    {
        var logger = new CSVLogger(Path);
        new ScriptedRun(logger) { ValidationSteps = 0 }.Fit("loss", 3, 2);
        var state = logger.GetState()!;
        File.Delete(Path);

        new ScriptedRun(logger) { ValidationSteps = 0, InitialEpoch = 2, AfterTrainBegin = () => logger.SetState(state) }.Fit("loss", 1);

        Assert.Equal(["epoch,loss", "2,1.0"], File.ReadAllLines(Path));
    }

    [Fact]
    public void State_BeforeTheFirstLine_TakesLaterLinesAway()
    {
        File.WriteAllText(Path, "epoch,loss\n0,9.0\n");
        var before = new CSVLogger(Path, append: true);
        before.OnTrainBegin(null!);
        var state = before.GetState();
        File.AppendAllText(Path, "0,8.0\n");
        var resumed = new CSVLogger(Path, append: true);

        new ScriptedRun(resumed) { ValidationSteps = 0, AfterTrainBegin = () => resumed.SetState(state) }.Fit("loss", 8);

        Assert.Equal(["epoch,loss", "0,9.0", "0,8.0"], File.ReadAllLines(Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData(", ")]
    [InlineData(".")]
    [InlineData("e")]
    [InlineData("\"")]
    public void Constructor_SeparatorThatIsNone_Throws(string separator)
    {
        var error = Assert.Throws<ArgumentException>(() => new CSVLogger(Path, separator));

        Assert.StartsWith("CSVLogger: separator must be one character", error.Message);
    }

    private static Dictionary<string, double> Epoch(double accuracy, double loss) =>
        new() { ["loss"] = loss, ["accuracy"] = accuracy, ["val_loss"] = loss, ["val_accuracy"] = accuracy };

    /// <summary>Leaves a line behind that no state knows of, as a run does that breaks off between the log and the backup.</summary>
    private sealed class LateLine(CSVLogger logger) : Callback
    {
        public override void OnTrainBegin(TrainingContext context)
        {
            File.AppendAllText(logger.Filename, "99,lost\n");
            logger.OnTrainBegin(context);
        }

        public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs) => logger.OnEpochEnd(context, epoch, logs);

        public override void SetState(System.Text.Json.Nodes.JsonObject state) => logger.SetState(state);
    }
}
