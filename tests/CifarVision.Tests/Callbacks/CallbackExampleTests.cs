using System.Text.Json.Nodes;
using CifarVision.Callbacks;
using CifarVision.History;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Callbacks;

/// <summary>The examples of docs/callbacks.md.</summary>
public class CallbackExampleTests
{
    [Fact]
    public void Usage_InAFit_WritesEverything()
    {
        using var folder = new TemporaryFolder();
        TorchRuntime.SetSeed(1);
        NDArray xTrain = np.arange(40).astype(np.float32).reshape(20, 2) / 40f;
        NDArray yTrain = (np.arange(20) / 10).astype(np.int32).reshape(20, 1);
        using var model = new Sequential(2, new Dense(2, ActivationFunction.Softmax));
        model.Compile(new SGD(learningRate: 0.1), new SparseCategoricalCrossentropy(), [new Accuracy()]);
        string runs = folder.Path;

        #region usage
        TrainingHistory history = model.Fit(xTrain, yTrain, epochs: 100, validationSplit: 0.1, verbose: 0, callbacks:
        [
            new ReduceLROnPlateau(factor: 0.5, patience: 3),
            new EarlyStopping(patience: 10, restoreBestWeights: true),
            new ModelCheckpoint(Path.Combine(runs, "{epoch:02d}-{val_loss:.2f}.npz"), saveBestOnly: true, saveWeightsOnly: true),
            new CSVLogger(Path.Combine(runs, "log.csv")),
            new TensorBoard(runs),
        ]);
        #endregion

        Assert.Equal(history.Epoch.Count + 1, File.ReadAllLines(folder.File("log.csv")).Length);
        Assert.NotEmpty(Directory.GetFiles(folder.Path, "01-*.npz"));
        Assert.NotEmpty(Directory.GetFiles(folder.File("validation")));
    }

    [Fact]
    public void OwnCallback_GoalReached_Stops() =>
        Assert.Equal(2, new ScriptedRun(new StopAtGoal("accuracy", 0.5)).Fit("accuracy", 0.4, 0.6, 0.7));

    [Fact]
    public void OwnState_TakenAfterAnyEpoch_ContinuesIdentically()
    {
        for (int done = 1; done < 4; done++)
        {
            (ScriptedRun rest, _) = Resume.After(done, () => new AverageOfEpochs(), new AverageOfEpochs(), "loss", [4, 3, 2, 1]);

            // The scripted model is 1, 2, 3, 4 at the ends of its epochs.
            Assert.Equal(2.5f, rest.Model.Value);
        }
    }

    #region own-callback
    private sealed class StopAtGoal(string monitor, double goal) : Callback
    {
        public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs)
        {
            if (logs[monitor] < goal)
                return;
            context.WriteLine($"Epoch {epoch + 1}: {monitor} has reached {goal}");
            context.StopTraining();
        }
    }
    #endregion

    #region own-state
    private sealed class AverageOfEpochs : Callback
    {
        private int _epochs;
        private NDArray[] _sums = [];

        public override void OnTrainBegin(TrainingContext context) => (_epochs, _sums) = (0, []);

        public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs)
        {
            IReadOnlyList<NDArray> weights = context.Model.GetWeights();
            _sums = [.. weights.Select((weight, i) => _epochs == 0 ? weight : _sums[i] + weight)];
            _epochs++;
        }

        public override void OnTrainEnd(TrainingContext context, Logs logs) =>
            context.Model.SetWeights([.. _sums.Select(sum => sum / (float)_epochs)]);

        public override JsonObject GetState() => new() { ["epochs"] = _epochs };

        public override void SetState(JsonObject state) => _epochs = (int)state["epochs"]!;

        public override IReadOnlyDictionary<string, NDArray> GetStateArrays() =>
            _sums.Index().ToDictionary(pair => $"sum_{pair.Index}", pair => pair.Item);

        public override void SetStateArrays(IReadOnlyDictionary<string, NDArray> arrays) =>
            _sums = [.. Enumerable.Range(0, arrays.Count).Select(i => arrays[$"sum_{i}"])];
    }
    #endregion
}
