using CifarVision.Callbacks;
using CifarVision.Callbacks.Progress;
using CifarVision.Models;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Callbacks;

/// <summary>What <see cref="ProgbarLogger"/> shows where lines can be drawn over.</summary>
public sealed class ProgbarLoggerTerminalTests : IDisposable
{
    private static readonly Dictionary<string, double> Training = new() { ["loss"] = 1.6543, ["accuracy"] = 0.4012 };

    private static readonly Dictionary<string, double> WithValidation = new()
    {
        ["loss"] = 1.6543,
        ["accuracy"] = 0.4012,
        ["val_loss"] = 1.5,
        ["val_accuracy"] = 0.0005,
    };

    private static readonly Dictionary<string, double> Better = new()
    {
        ["loss"] = 1.2543,
        ["accuracy"] = 0.5012,
        ["val_loss"] = 1.2,
        ["val_accuracy"] = 0.6,
    };

    private readonly FakeTerminal _terminal = new();
    private readonly ManualClock _clock = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void Fit_Terminal_ShowsWhereItIsWhatIsLeftHowFastAndTheBest()
    {
        var screens = new List<string>();
        var run = new ScriptedRun(Bar(), Watch(screens)) { Verbose = 1, Epochs = 3, Steps = 4, ValidationSteps = 2, AfterStep = _ => _clock.Advance(1) };

        run.Fit([WithValidation, Better]);

        string header = RunHeader.Of(run.Context!);
        Assert.Equal(
            $"""
            {header}
            Epoch 1/3
            2/4 ━━━━━━━━━━━━━━━─────────────── - 2s left (run 10s) - 1s/step - 1.0 samples/s
            accuracy: 0.4012 - loss: 1.6543
            """,
            screens[1]);
        // The first epoch took 6 s, validation included: 4 s of this one and 6 s of the last are left.
        Assert.Equal(
            $"""
            {header}
            Epoch 1/3
            4/4 ━━━━━━━━━━━━━━━━━━━━ 6s 2s/step - accuracy: 0.4012 - loss: 1.6543 - val_accuracy: 5.0000e-04 - val_loss: 1.5000
            Epoch 2/3
            2/4 ━━━━━━━━━━━━━━━─────────────── - 2s left (run 10s) - 1s/step - 1.0 samples/s
            accuracy: 0.5012 - loss: 1.2543 - best val_accuracy: 5.0000e-04 (epoch 1)
            """,
            screens[5]);
        Assert.Equal(5, _terminal.Screen.Split('\n').Length);
        Assert.DoesNotContain("left", _terminal.Screen, StringComparison.Ordinal);
        Assert.True(_terminal.IsOnEmptyLine);
    }

    [Fact]
    public void Fit_ValidationInATerminal_IsShownAsItRuns()
    {
        var screens = new List<string>();
        var watch = new LambdaCallback(onTestBatchEnd: (_, _, _) => screens.Add(_terminal.Screen));

        new ScriptedRun(Bar(), watch) { Verbose = 1, Epochs = 2, Steps = 2, ValidationSteps = 7, AfterStep = _ => _clock.Advance(1) }.Fit([WithValidation]);

        Assert.Contains("\n2/2 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ - validating 3/7\naccuracy: 0.4012 - loss: 1.6543", screens[2], StringComparison.Ordinal);
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
    public void Fit_EpochsOfOneShortStep_DrawsAtMostTenTimesASecond()
    {
        var run = new ScriptedRun(Bar()) { Verbose = 1, Epochs = 50, Steps = 1, AfterStep = _ => _clock.Advance(0.01) };

        run.Fit(Enumerable.Repeat(Training, 50));

        Assert.Equal(5, run.BatchReads);
        Assert.Equal(50, _terminal.Screen.Split('\n').Count(line => line.StartsWith("1/1 ━━━━━━━━━━━━━━━━━━━━ 0s 10ms/step - accuracy", StringComparison.Ordinal)));
    }

    [Fact]
    public void Fit_NarrowTerminal_FoldsWithoutTearing()
    {
        using var terminal = new FakeTerminal(width: 41);
        var screens = new List<string>();
        var watch = new LambdaCallback(onTrainBatchEnd: (_, _, _) => screens.Add(terminal.Screen));

        new ScriptedRun(new ProgbarLogger(terminal, terminal.Spectre, _clock), watch) { Verbose = 1, Epochs = 3, Steps = 4, AfterStep = _ => _clock.Advance(1) }.Fit([Training]);

        Assert.EndsWith(
            "Epoch 1/3\n2/4 ━━━━──── - 2s left (run 10s)\n1s/step - 1.0 samples/s\naccuracy: 0.4012 - loss: 1.6543", screens[1], StringComparison.Ordinal);
        Assert.EndsWith("Epoch 1/3\n4/4 ━━━━━━━━━━━━━━━━━━━━ 4s 1s/step\naccuracy: 0.4012 - loss: 1.6543", terminal.Screen, StringComparison.Ordinal);
        Assert.All(terminal.Screen.Split('\n'), line => Assert.InRange(line.Length, 1, 40));
    }

    [Fact]
    public void Fit_MoreFiguresThanTheTerminalHolds_DrawsOverItselfAllTheSame()
    {
        using var terminal = new FakeTerminal(width: 41, height: 6);
        var figures = Enumerable.Range(0, 30).ToDictionary(i => $"a_metric_of_long_name_{i:00}", i => (double)i);
        var screens = new List<string>();
        var watch = new LambdaCallback(onTrainBatchEnd: (_, _, _) => screens.Add(terminal.Screen));

        new ScriptedRun(new ProgbarLogger(terminal, terminal.Spectre, _clock), watch) { Verbose = 1, Epochs = 3, Steps = 4, AfterStep = _ => _clock.Advance(1) }.Fit([figures]);

        Assert.Equal(screens[1].Split('\n').Length, screens[3].Split('\n').Length);
        Assert.DoesNotContain("2/4", screens[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_AnotherCallbackPrints_GoesAboveTheBar()
    {
        var screens = new List<string>();
        var printer = new LambdaCallback(onTrainBatchEnd: (context, batch, _) => context.WriteLine($"batch {batch} says", _terminal));

        new ScriptedRun(printer, Bar(), Watch(screens)) { Verbose = 1, Epochs = 1, Steps = 2, AfterStep = _ => _clock.Advance(1) }.Fit([Training]);

        Assert.EndsWith("\nbatch 0 says\nbatch 1 says\n2/2 ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ - 0s left - 1s/step - 1.0 samples/s\naccuracy: 0.4012 - loss: 1.6543", screens[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_EndedByAnException_LeavesTheTerminalWhole()
    {
        TextWriter before = Console.Out;
        using Sequential model = TinyTask.Compiled();
        Console.SetOut(_terminal);
        try
        {
            TextWriter given = Console.Out;
            var progress = new ProgbarLogger(given, _terminal.Console(given), _clock);
            var failing = new LambdaCallback(onTrainBatchEnd: (_, _, _) => throw new InvalidOperationException("a callback's own"));

            Assert.Throws<InvalidOperationException>(() => model.Fit(TinyTask.Images(), callbacks: [progress, failing]));

            Assert.Same(given, Console.Out);
            Assert.Contains("1/2 ━", _terminal.Screen, StringComparison.Ordinal);
            Assert.True(_terminal.IsOnEmptyLine);
            Assert.DoesNotContain("\e[?25l", _terminal.Written, StringComparison.Ordinal);
        }
        finally
        {
            Console.SetOut(before);
        }
    }

    [Fact]
    public void Evaluate_Terminal_ShowsNeitherRunNorBest()
    {
        var screens = new List<string>();
        var watch = new LambdaCallback(onTestBatchEnd: (_, _, _) => screens.Add(_terminal.Screen));

        new ScriptedRun(Bar(), watch) { Verbose = 1, Steps = 4, AfterStep = _ => _clock.Advance(0.5) }.Evaluate(Training);

        Assert.Equal("2/4 ━━━━━━━━━━━━━━━─────────────── - 1s left - 500ms/step - 2.0 samples/s\naccuracy: 0.4012 - loss: 1.6543", screens[1]);
        Assert.Equal("4/4 ━━━━━━━━━━━━━━━━━━━━ 2s 500ms/step - accuracy: 0.4012 - loss: 1.6543", _terminal.Screen);
    }

    [Fact]
    public void Predict_Terminal_HasNoFigures()
    {
        new ScriptedRun(Bar()) { Verbose = 1, Steps = 1, AfterStep = _ => _clock.Advance(0.25) }.Predict();

        Assert.Equal("1/1 ━━━━━━━━━━━━━━━━━━━━ 0s 250ms/step", _terminal.Screen);
    }

    private ProgbarLogger Bar() => new(_terminal, _terminal.Spectre, _clock);

    private LambdaCallback Watch(List<string> screens) => new(onTrainBatchEnd: (_, _, _) => screens.Add(_terminal.Screen));
}
