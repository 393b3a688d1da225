using CifarVision.Callbacks;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Callbacks;

public sealed class ProgbarLoggerTests : IDisposable
{
    private static readonly Dictionary<string, double> Training = new() { ["loss"] = 1.6543, ["accuracy"] = 0.4012 };

    private static readonly Dictionary<string, double> WithValidation = new()
    {
        ["loss"] = 1.6543,
        ["accuracy"] = 0.4012,
        ["val_loss"] = 1.5,
        ["val_accuracy"] = 0.0005,
    };

    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly ManualClock _clock = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Fit_PlainOutput_PrintsTheHeaderAndALineAnEpoch()
    {
        TorchRuntime.SetSeed(77);
        var run = new ScriptedRun(Plain()) { Verbose = 1, Epochs = 2, Steps = 3, AfterStep = _ => _clock.Advance(2) };

        run.Fit([WithValidation, WithValidation]);

        Assert.Equal(
            $"""
            Training on cpu, threads: {TorchRuntime.Threads}, seed: 77
            Epoch 1/2
            3/3 - 8s - 3s/step - accuracy: 0.4012 - loss: 1.6543 - val_accuracy: 5.0000e-04 - val_loss: 1.5000
            Epoch 2/2
            3/3 - 8s - 3s/step - accuracy: 0.4012 - loss: 1.6543 - val_accuracy: 5.0000e-04 - val_loss: 1.5000

            """,
            _output.ToString());
    }

    [Fact]
    public void Fit_PlainOutput_ReadsNoBatchFigures()
    {
        var run = new ScriptedRun(Plain()) { Verbose = 1, Steps = 5 };

        run.Fit([Training]);

        Assert.Equal(0, run.BatchReads);
    }

    [Fact]
    public void Fit_Verbose2_HasNoHeader()
    {
        var run = new ScriptedRun(Bar()) { Verbose = 2, Epochs = 2, Steps = 352, AfterStep = _ => _clock.Advance(0.119) };

        run.Fit([Training]);

        Assert.Equal("Epoch 1/2\n352/352 - 42s - 119ms/step - accuracy: 0.4012 - loss: 1.6543\n", _output.ToString());
        Assert.Equal(0, run.BatchReads);
    }

    [Fact]
    public void Fit_Verbose0_PrintsNothing()
    {
        new ScriptedRun(Bar()) { Verbose = 0, Steps = 3 }.Fit([WithValidation]);

        Assert.Equal("", _output.ToString());
    }

    [Fact]
    public void Fit_OneEpoch_DoesNotCountIt()
    {
        new ScriptedRun(Plain()) { Verbose = 1, Epochs = 1 }.Fit([Training]);

        Assert.DoesNotContain("Epoch", _output.ToString());
    }

    [Fact]
    public void Fit_Terminal_DrawsOneLineOverItself()
    {
        var bar = new ScriptedRun(Bar()) { Verbose = 1, Epochs = 1, Steps = 2, AfterStep = _ => _clock.Advance(1) };

        bar.Fit([Training]);

        string[] lines = _output.ToString().Split('\n');
        Assert.StartsWith("Training on ", lines[0]);
        Assert.Equal(
            [
                "",
                "1/2 ━━━━━━━━━━────────── 1s 1s/step - accuracy: 0.4012 - loss: 1.6543",
                "2/2 ━━━━━━━━━━━━━━━━━━━━ 0s 1s/step - accuracy: 0.4012 - loss: 1.6543",
                "2/2 ━━━━━━━━━━━━━━━━━━━━ 2s 1s/step - accuracy: 0.4012 - loss: 1.6543",
            ],
            lines[1].Split('\r'));
        Assert.Equal(["Training on", ""], [lines[0][..11], lines[2]]);
    }

    [Fact]
    public void Fit_Terminal_DrawsAtMostTenTimesASecond()
    {
        var run = new ScriptedRun(Bar()) { Verbose = 1, Steps = 1000, AfterStep = _ => _clock.Advance(0.01) };

        run.Fit([Training]);

        // The first step, then every tenth of a second: each redraw reads the figures, and nothing else does.
        Assert.Equal(100, run.BatchReads);
    }

    [Fact]
    public void Fit_NarrowTerminal_CutsTheLineSoThatItDoesNotWrap()
    {
        var run = new ScriptedRun(Bar(width: 30)) { Verbose = 1, Epochs = 1, Steps = 2, AfterStep = _ => _clock.Advance(1) };

        run.Fit([Training]);

        Assert.Equal("1/2 ━━━━━━━━━━────────── 1s 1", _output.ToString().Split('\r')[1]);
    }

    [Fact]
    public void LiveLine_ShorterThanBefore_IsFilledWithBlanks()
    {
        var line = new LiveLine(_output, () => 80);

        line.Draw("a long line");
        line.Draw("short");
        line.Finish("end");

        Assert.Equal("\ra long line\rshort      \rend  \n", _output.ToString());
    }

    [Fact]
    public void Fit_CutShort_CountsTheStepsThatRan()
    {
        var stop = new StopAtBatch(1);

        new ScriptedRun(stop, Plain()) { Verbose = 2, Epochs = 1, Steps = 10, AfterStep = _ => _clock.Advance(2) }.Fit([Training]);

        Assert.StartsWith(" 2/10 - 4s - 2s/step", _output.ToString());
    }

    [Fact]
    public void Fit_ValidationInside_PrintsNoLineOfItsOwn()
    {
        new ScriptedRun(Bar()) { Verbose = 2, Epochs = 1, Steps = 2, ValidationSteps = 7 }.Fit([WithValidation]);

        Assert.DoesNotContain("/7", _output.ToString());
        Assert.Single(_output.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public void TrainEnd_EpochUnderWay_EndsTheLine()
    {
        ProgbarLogger logger = Bar();
        var run = new ScriptedRun(logger) { Verbose = 1, Steps = 1 };
        run.Fit([Training]);
        logger.OnEpochBegin(run.Context!, 1);
        logger.OnTrainBatchEnd(run.Context!, 0, new Logs(Training));

        logger.OnTrainEnd(run.Context!, new Logs([]));

        Assert.EndsWith(" - loss: 1.6543\n", _output.ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Evaluate_OutsideFit_PrintsOneLine(int verbose)
    {
        new ScriptedRun(Plain()) { Verbose = verbose, Steps = 4, AfterStep = _ => _clock.Advance(0.5) }.Evaluate(Training);

        Assert.Equal("4/4 - 2s - 500ms/step - accuracy: 0.4012 - loss: 1.6543\n", _output.ToString());
    }

    [Fact]
    public void Evaluate_AfterFit_Prints()
    {
        var run = new ScriptedRun(Plain()) { Verbose = 2, Epochs = 1 };

        run.Fit([WithValidation]);
        run.Evaluate(Training);

        Assert.Equal(2, _output.ToString().TrimEnd().Split('\n').Length);
    }

    [Fact]
    public void Predict_Terminal_HasNoFigures()
    {
        new ScriptedRun(Bar()) { Verbose = 1, Steps = 1, AfterStep = _ => _clock.Advance(0.25) }.Predict();

        Assert.Equal("\r1/1 ━━━━━━━━━━━━━━━━━━━━ 0s 250ms/step\r1/1 ━━━━━━━━━━━━━━━━━━━━ 0s 250ms/step\n", _output.ToString());
    }

    [Fact]
    public void Fit_CultureWithDecimalComma_PrintsPoints()
    {
        using var culture = new CultureScope("de-DE");

        new ScriptedRun(Plain()) { Verbose = 2, Epochs = 1 }.Fit([Training]);

        Assert.DoesNotContain(",", _output.ToString());
    }

    [Fact]
    public void Fit_DrawnSeed_IsPrinted()
    {
        new ScriptedRun(new ProgbarLogger(_output)) { Verbose = 1 }.Fit([Training]);

        Assert.Contains($"seed: {TorchRuntime.Seed}", _output.ToString());
    }

    [Fact]
    public void Constructor_Writer_GetsNoControlCharacters()
    {
        new ScriptedRun(new ProgbarLogger(_output)) { Verbose = 1, Steps = 3 }.Fit([WithValidation]);

        Assert.DoesNotContain(_output.ToString().ReplaceLineEndings("\n"), c => char.IsControl(c) && c != '\n');
    }

    private ProgbarLogger Plain() => new(_output, interactive: false, () => 80, _clock);

    private ProgbarLogger Bar(int width = 120) => new(_output, interactive: true, () => width, _clock);

    private sealed class StopAtBatch(int last) : Callback
    {
        public override void OnTrainBatchEnd(TrainingContext context, int batch, Logs logs)
        {
            if (batch == last)
                context.StopTraining();
        }
    }
}
