using CifarVision.Callbacks;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Training.Resuming;

/// <summary>Runs that break off and go on with new objects, under another seed, held against one that never broke off.</summary>
public class ResumableRunTests
{
    [Theory]
    [InlineData("momentum", DTypePolicy.Float32)]
    [InlineData("momentum", DTypePolicy.MixedBFloat16)]
    [InlineData("accumulation", DTypePolicy.Float32)]
    [InlineData("adam", DTypePolicy.Float32)]
    public void Fit_BrokenOffAtAnyMoment_EndsWithTheSameBits(string kind, DTypePolicy precision)
    {
        string unbroken = Unbroken(kind, precision);
        int moments = 0;
        // Steps, validation and ends of epochs, until the run is through.
        for (bool broken = true; broken; moments++)
        {
            using var folder = new TemporaryFolder();
            TorchRuntime.SetSeed(1);
            broken = Record.Exception(() => ResumedRun.Fit(kind, folder, precision, ResumedRun.BreakAt(moments, inValidation: true, atEpochEnd: true))) is OperationCanceledException;
            if (!broken)
                break;
            // If no backup was made yet, the run begins anew, as the user's program would.
            TorchRuntime.SetSeed(Directory.Exists(folder.File("backup")) ? 99 : 1);
            string resumed = ResumedRun.Fit(kind, folder, precision);

            Assert.Equal(unbroken, resumed);
            Assert.False(Directory.Exists(folder.File("backup")));
        }

        Assert.InRange(moments, 6, 40);
    }

    [Fact]
    public void Fit_BrokenOffAgainAndAgain_EndsWithTheSameBits()
    {
        string unbroken = Unbroken("momentum", DTypePolicy.Float32);
        using var folder = new TemporaryFolder();
        string? result = null;
        for (int seed = 1; result is null; seed++)
        {
            TorchRuntime.SetSeed(seed);
            Exception? broken = Record.Exception(() => result = ResumedRun.Fit("momentum", folder, DTypePolicy.Float32, ResumedRun.BreakAt(2)));
            Assert.True(broken is null or OperationCanceledException, broken?.ToString());
        }

        Assert.Equal(unbroken, result);
    }

    [Fact]
    public void Fit_Cancelled_LeavesABackupOfTheStepUnderWay()
    {
        string unbroken = Unbroken("momentum", DTypePolicy.Float32);
        for (int step = 0; step < 6; step++)
        {
            using var folder = new TemporaryFolder();
            using var cancellation = new CancellationTokenSource();
            int left = step;
            var cancel = new LambdaCallback(onTrainBatchEnd: (_, _, _) =>
            {
                if (left-- == 0)
                    cancellation.Cancel();
            });
            TorchRuntime.SetSeed(1);
            ResumedRun.Fit("momentum", folder, DTypePolicy.Float32, cancel, cancellation.Token);
            int trained = 0;
            TorchRuntime.SetSeed(99);
            string resumed = ResumedRun.Fit("momentum", folder, DTypePolicy.Float32, new LambdaCallback(onTrainBatchEnd: (_, _, _) => trained++));

            Assert.Equal(unbroken, resumed);
            Assert.Equal(StepsOf(unbroken) - step - 1, trained);
        }
    }

    [Fact]
    public void Fit_StoppedByACallback_IsNotTrainedOnWhenItBreaksOffAtTheEnd()
    {
        using var folder = new TemporaryFolder();
        (NDArray x, NDArray y) = TinyTask.Arrays();
        Callback[] Callbacks(bool broken) =>
        [
            new LambdaCallback(onEpochEnd: (context, epoch, _) =>
            {
                if (epoch == 1)
                    context.StopTraining();
            }),
            new LambdaCallback(onTrainEnd: (_, _) => throw (broken ? new OperationCanceledException() : new NotSupportedException())),
            new BackupAndRestore(folder.File("backup")),
        ];

        Assert.Throws<OperationCanceledException>(() => TinyTask.Compiled().Fit(x, y, epochs: 5, verbose: 0, callbacks: Callbacks(broken: true)));
        IReadOnlyList<int>? epochs = null;
        Callback[] again = Callbacks(broken: false);
        again[1] = new LambdaCallback(onTrainEnd: (_, logs) => Assert.Equal(["accuracy", "loss"], logs.Keys));
        epochs = TinyTask.Compiled().Fit(x, y, epochs: 5, verbose: 0, callbacks: again).Epoch;

        Assert.Equal([0, 1], epochs);
    }

    [Fact]
    public void Fit_FrozenLayer_IsFrozenAgain()
    {
        using var folder = new TemporaryFolder();
        (NDArray x, NDArray y) = TinyTask.Arrays();
        Callback freeze = new LambdaCallback(onEpochEnd: (context, epoch, _) =>
        {
            if (epoch == 1)
                context.Model.Sublayers[0].Trainable = false;
        });
        NDArray[] Weights(params Callback[] callbacks)
        {
            using Sequential model = TinyTask.Compiled();
            model.Fit(x, y, epochs: 4, verbose: 0, callbacks: callbacks);
            return [.. model.GetWeights()];
        }

        TorchRuntime.SetSeed(1);
        NDArray[] unbroken = Weights(freeze);
        TorchRuntime.SetSeed(1);
        int epochs = 0;
        Callback breakOff = new LambdaCallback(onEpochBegin: (_, _) =>
        {
            if (epochs++ == 3)
                throw new OperationCanceledException();
        });
        Assert.Throws<OperationCanceledException>(() => Weights(freeze, breakOff, new BackupAndRestore(folder.File("backup"))));
        NDArray[] resumed = Weights(freeze, new BackupAndRestore(folder.File("backup")));

        Assert.Equal(unbroken.Select(weight => weight.ToArray<float>()), resumed.Select(weight => weight.ToArray<float>()));
    }

    [Theory]
    [InlineData("architecture", "the layer sequential/dense_1 must be Dense")]
    [InlineData("batch", "batchSize must be 8, as in the backup '")]
    [InlineData("optimizer", "optimizer must be SGD, as in")]
    [InlineData("precision", "precision must be Float32, as in")]
    [InlineData("count", "the number of training samples must be 48, as in")]
    [InlineData("shape", "must be")]
    [InlineData("labels", "the digest of the training labels must be")]
    [InlineData("images", "the digest of 48 training images must be")]
    [InlineData("validation", "validation must be none, as in")]
    public void Fit_BackupOfAnotherRun_IsRefusedBeforeAnythingIsTouched(string difference, string message)
    {
        using var folder = new TemporaryFolder();
        (NDArray x, NDArray y) = TinyTask.Arrays();
        Callback Backup() => new BackupAndRestore(folder.File("backup"), deleteCheckpoint: false);
        TinyTask.Compiled().Fit(x, y, batchSize: 8, epochs: 1, verbose: 0, callbacks: [Backup()]);

        Sequential model = difference switch
        {
            "architecture" => new Sequential((6, 6, 2), [.. TinyTask.Model().Layers.SkipLast(1).Select(layer => Layer.Deserialize(layer.Serialize())), new Dense(3, useBias: false, activation: ActivationFunction.Softmax)]),
            "shape" => new Sequential((6, 4, 2), new Flatten(), new Dense(3, ActivationFunction.Softmax)),
            _ => TinyTask.Model(),
        };
        model.Compile(
            difference == "optimizer" ? new Adam() : new SGD(0.1, momentum: 0.9),
            new CategoricalCrossentropy(),
            [new Accuracy()],
            difference == "precision" ? DTypePolicy.Float64 : DTypePolicy.Float32);
        (x, y) = (x.copy(), y.copy());
        switch (difference)
        {
            case "count":
                (x, y) = (x["0:40"], y["0:40"]);
                break;
            case "shape":
                x = x[":, :, 0:4"];
                break;
            case "labels":
                y = y["::-1"];
                break;
            case "images":
                x[47, 0, 0, 0] = 0.123f;
                break;
        }

        bool begun = false;
        var error = Assert.Throws<InvalidDataException>(() => model.Fit(
            x, y, batchSize: difference == "batch" ? 16 : 8, epochs: 2, verbose: 0, validationSplit: difference == "validation" ? 0.5 : 0,
            callbacks: [new LambdaCallback(onTrainBegin: _ => begun = true), Backup()]));

        Assert.StartsWith("BackupAndRestore: ", error.Message, StringComparison.Ordinal);
        if (difference != "validation")
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.False(begun);
    }

    [Fact]
    public void Fit_CallbackOfTheBackupMissing_IsRefused()
    {
        using var folder = new TemporaryFolder();
        (NDArray x, NDArray y) = TinyTask.Arrays();
        Callback Backup() => new BackupAndRestore(folder.File("backup"), deleteCheckpoint: false);
        TinyTask.Compiled().Fit(x, y, verbose: 0, callbacks: [new StepCounter(), Backup()]);

        var error = Assert.Throws<InvalidDataException>(() => TinyTask.Compiled().Fit(x, y, epochs: 2, verbose: 0, callbacks: [Backup()]));

        Assert.Contains("callbacks must hold StepCounter, as in the backup", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_TwoBackups_IsRefused()
    {
        using var folder = new TemporaryFolder();
        (NDArray x, NDArray y) = TinyTask.Arrays();
        Callback[] both = [new BackupAndRestore(folder.File("a")), new BackupAndRestore(folder.File("b"))];

        Assert.Throws<ArgumentException>(() => TinyTask.Compiled().Fit(x, y, verbose: 0, callbacks: both));
    }

    private static string Unbroken(string kind, DTypePolicy precision)
    {
        using var folder = new TemporaryFolder();
        TorchRuntime.SetSeed(1);
        return ResumedRun.Fit(kind, folder, precision);
    }

    // Three steps an epoch, a line an epoch behind the header.
    private static int StepsOf(string result) => 3 * (result.Split('\n').TakeWhile(line => line.Length > 0).Count() - 1);
}
