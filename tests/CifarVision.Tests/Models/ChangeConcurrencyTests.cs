using CifarVision.Callbacks;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

/// <summary>What replaces weights or layers waits for uses of them, or is refused.</summary>
public sealed class ChangeConcurrencyTests : IDisposable
{
    private const int Threads = 8;
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Changes => ["Compile", "Add", "Pop", "LoadWeights", "SetWeights", "Dispose", "Fit", "Evaluate", "TrainOnBatch"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Changes))]
    public void Change_DuringFitOnAnotherThread_IsRefused(string change)
    {
        (NDArray x, NDArray y) = ThreadedModel.Task();
        using Sequential alone = ThreadedModel.Trained(ThreadedModel.Create(built: true), x, y, onStep: null);
        using Sequential model = ThreadedModel.Create(built: true);
        alone.SaveWeights(_folder.File("w.npz"));
        Exception? error = null;
        ThreadedModel.Trained(model, x, y, onStep: () =>
        {
            var other = new Thread(() => error ??= Record.Exception(() => Do(change, model, x, y)));
            other.Start();
            other.Join();
        });

        Assert.IsType<InvalidOperationException>(error);
        Assert.Contains("on another thread", error.Message, StringComparison.Ordinal);
        Assert.Equal(ThreadedModel.Values(alone), ThreadedModel.Values(model));
    }

    [Theory]
    [InlineData("Compile")]
    [InlineData("Add")]
    [InlineData("Pop")]
    [InlineData("Dispose")]
    public void Change_ByACallback_IsRefused(string change)
    {
        (NDArray x, NDArray y) = ThreadedModel.Task();
        using Sequential model = ThreadedModel.Create(built: true);
        Exception? error = null;
        ThreadedModel.Trained(model, x, y, onStep: () => error ??= Record.Exception(() => Do(change, model, x, y)));

        Assert.StartsWith($"Sequential: {change} was called by a callback", Assert.IsType<InvalidOperationException>(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadWeights_ByACallback_IsAllowed()
    {
        (NDArray x, NDArray y) = ThreadedModel.Task();
        using Sequential model = ThreadedModel.Create(built: true);
        ThreadedModel.Compile(model);
        model.SaveWeights(_folder.File("w.npz"));
        float[] before = ThreadedModel.Values(model);
        model.Fit(x, y, verbose: 0, epochs: 2, callbacks: [new LambdaCallback(onTrainEnd: (_, _) => model.LoadWeights(_folder.File("w.npz")))]);

        Assert.Equal(before, ThreadedModel.Values(model));
    }

    [Fact]
    public void Dispose_DuringPredicts_WaitsAndThenRefuses()
    {
        for (int round = 0; round < 5; round++)
        {
            Sequential model = ThreadedModel.Create(built: true);
            using var running = new CountdownEvent(Threads);
            var errors = new List<Exception>();
            Thread[] threads = [.. Enumerable.Range(0, Threads).Select(thread => new Thread(() =>
            {
                Exception? error = Record.Exception(() =>
                {
                    model.Predict(ThreadedModel.Input(thread));
                    running.Signal();
                    for (int i = 0; i < 1_000_000; i++)
                        model.Predict(ThreadedModel.Input(thread));
                });
                lock (errors)
                    errors.Add(error!);
            }))];
            Array.ForEach(threads, thread => thread.Start());
            running.Wait();
            model.Dispose();
            Array.ForEach(threads, thread => thread.Join());

            Assert.Equal(Threads, errors.Count);
            Assert.All(errors, error => Assert.IsType<ObjectDisposedException>(error));
        }
    }

    [Fact]
    public void AfterDispose_EveryOperation_SaysSo()
    {
        (NDArray x, NDArray y) = ThreadedModel.Task();
        Sequential model = ThreadedModel.Trained(ThreadedModel.Create(built: true), x, y, onStep: null);
        model.Dispose();
        model.Dispose();
        foreach (string operation in new[] { "Compile", "Add", "Pop", "LoadWeights", "SetWeights", "Fit", "Evaluate", "TrainOnBatch", "Predict", "Save", "SaveWeights", "GetWeights", "Forward", "Call", "Export" })
        {
            Exception? error = Record.Exception(() => Do(operation, model, x, y));
            Assert.True(error is ObjectDisposedException, $"{operation}: {error}");
        }
    }

    private void Do(string operation, Sequential model, NDArray x, NDArray y)
    {
        switch (operation)
        {
            case "Compile":
                model.Compile(new SGD(), new CategoricalCrossentropy());
                break;
            case "Add":
                model.Add(new Dense(3));
                break;
            case "Pop":
                model.Pop();
                break;
            case "LoadWeights":
                model.LoadWeights(_folder.File("w.npz"));
                break;
            case "SetWeights":
                model.SetWeights([.. model.GetWeights().Select(weight => weight + 1)]);
                break;
            case "Dispose":
                model.Dispose();
                break;
            case "Fit":
                model.Fit(x, y, verbose: 0);
                break;
            case "Evaluate":
                model.Evaluate(x, y, verbose: 0);
                break;
            case "TrainOnBatch":
                model.TrainOnBatch(x, y);
                break;
            case "Predict":
                model.Predict(x);
                break;
            case "Save":
                model.Save(_folder.File("m.keras"));
                break;
            case "SaveWeights":
                model.SaveWeights(_folder.File("m.npz"));
                break;
            case "GetWeights":
                model.GetWeights();
                break;
            case "Forward":
                model.Forward(torch.zeros(2, 6, 6, 2), training: false);
                break;
            case "Call":
                model.Call(x);
                break;
            default:
                model.ExportOnnx(_folder.File("m.onnx"));
                break;
        }
    }
}
