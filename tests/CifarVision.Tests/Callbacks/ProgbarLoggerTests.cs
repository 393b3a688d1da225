using CifarVision.Callbacks;
using CifarVision.Callbacks.Progress;
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
    private readonly FakeTerminal _terminal = new();
    private readonly ManualClock _clock = new();

    public void Dispose()
    {
        _output.Dispose();
        _terminal.Dispose();
    }

    [Fact]
    public void Fit_PlainOutput_PrintsTheHeaderAndALineAnEpoch()
    {
        TorchRuntime.SetSeed(77);
        var run = new ScriptedRun(Plain()) { Verbose = 1, Epochs = 2, Steps = 3, AfterStep = _ => _clock.Advance(2) };

        run.Fit([WithValidation, WithValidation]);

        Assert.Equal(
            $"""
            {RunHeader.Of(run.Context!)}
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
    public void Fit_Verbose2_PrintsALineAnEpochInATerminalToo()
    {
        var run = new ScriptedRun(Bar()) { Verbose = 2, Epochs = 2, Steps = 352, AfterStep = _ => _clock.Advance(0.119) };

        run.Fit([Training]);

        Assert.Equal(
            $"{RunHeader.Of(run.Context!)}\nEpoch 1/2\n352/352 - 42s - 119ms/step - accuracy: 0.4012 - loss: 1.6543\n", _terminal.Written.ReplaceLineEndings("\n"));
        Assert.Equal(0, run.BatchReads);
    }

    [Fact]
    public void Fit_Verbose0_PrintsNothing()
    {
        new ScriptedRun(Bar()) { Verbose = 0, Steps = 3, AfterStep = _ => _clock.Advance(1) }.Fit([WithValidation]);

        Assert.Equal("", _terminal.Written);
    }

    [Fact]
    public void Fit_OneEpoch_DoesNotCountIt()
    {
        new ScriptedRun(Plain()) { Verbose = 1, Epochs = 1 }.Fit([Training]);

        Assert.DoesNotContain("Epoch", _output.ToString());
    }

    [Fact]
    public void Fit_CutShort_CountsTheStepsThatRan()
    {
        var stop = new StopAtBatch(1);

        new ScriptedRun(stop, Plain()) { Verbose = 2, Epochs = 1, Steps = 10, AfterStep = _ => _clock.Advance(2) }.Fit([Training]);

        Assert.Contains("\n 2/10 - 4s - 2s/step", _output.ToString());
    }

    [Fact]
    public void Fit_ValidationInside_PrintsNoLineOfItsOwn()
    {
        new ScriptedRun(Plain()) { Verbose = 2, Epochs = 1, Steps = 2, ValidationSteps = 7 }.Fit([WithValidation]);

        Assert.DoesNotContain("/7", _output.ToString());
        Assert.Equal(2, _output.ToString().TrimEnd().Split('\n').Length);
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

        Assert.Equal(3, _output.ToString().TrimEnd().Split('\n').Length);
    }

    [Fact]
    public void Fit_CultureWithDecimalComma_PrintsPoints()
    {
        using var culture = new CultureScope("de-DE");

        var screens = new List<string>();
        new ScriptedRun(Bar(), Watch(screens)) { Verbose = 1, Epochs = 2, Steps = 2, AfterStep = _ => _clock.Advance(0.0005) }.Fit([Training]);

        Assert.EndsWith("0s left (run 0s) - 500us/step - 2,000 samples/s\naccuracy: 0.4012 - loss: 1.6543", screens[0], StringComparison.Ordinal);
        Assert.EndsWith(" 0s 500us/step - accuracy: 0.4012 - loss: 1.6543", _terminal.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_DrawnSeed_IsPrinted()
    {
        new ScriptedRun(new ProgbarLogger(_output)) { Verbose = 1 }.Fit([Training]);

        Assert.Contains($", seed {TorchRuntime.Seed};", _output.ToString());
    }

    [Fact]
    public void Constructor_Writer_GetsNoControlCharacters()
    {
        new ScriptedRun(new ProgbarLogger(_output)) { Verbose = 1, Steps = 3 }.Fit([WithValidation]);

        Assert.DoesNotContain(_output.ToString().ReplaceLineEndings("\n"), c => char.IsControl(c) && c != '\n');
    }

    private ProgbarLogger Plain() => new(_output, null, _clock);

    private ProgbarLogger Bar() => new(_terminal, _terminal.Spectre, _clock);

    private LambdaCallback Watch(List<string> screens) => new(onTrainBatchEnd: (_, _, _) => screens.Add(_terminal.Screen));

    private sealed class StopAtBatch(int last) : Callback
    {
        public override void OnTrainBatchEnd(TrainingContext context, int batch, Logs logs)
        {
            if (batch == last)
                context.StopTraining();
        }
    }
}
