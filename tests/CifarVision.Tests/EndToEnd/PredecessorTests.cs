using System.Text.Json.Nodes;
using CifarVision.Callbacks;
using CifarVision.Datasets;
using CifarVision.History;
using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Tests.Callbacks;
using CifarVision.Tests.Datasets;
using CifarVision.Tests.Models;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.EndToEnd;

/// <summary>
/// What TensorFlow.NET's Keras silently did otherwise than it was told, each as a test that a user would write. The single parts are held to it
/// where they are tested: names in files by <c>OptimizerFactoryTests</c>, <c>LossFactoryTests</c>, <c>InitializerFactoryTests</c>; numbers by
/// <c>Golden</c>; a half-downloaded dataset by <see cref="ArchiveDownloadTests"/> and <see cref="Cifar10ReaderTests"/>; a
/// rewritten weight file by <see cref="SequentialTests"/>; the progress bar by <see cref="ProgbarLoggerTests"/>.
/// </summary>
public class PredecessorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // There: RMSprop, mean squared error and glorot uniform for most names.
    [Fact]
    public void Names_Unknown_AreErrorsNotSomethingElse()
    {
        Assert.Contains("There is no optimizer Ftrl", Assert.Throws<InvalidDataException>(() => OptimizerFactory.FromEnvelope("Ftrl")).Message, StringComparison.Ordinal);
        Assert.Contains("There is no loss hinge", Assert.Throws<InvalidDataException>(() => LossFactory.FromEnvelope("hinge")).Message, StringComparison.Ordinal);
        Assert.Contains("There is no metric poisson", Assert.Throws<InvalidDataException>(() => MetricFactory.FromEnvelope("poisson")).Message, StringComparison.Ordinal);
        Assert.Contains("There is no initializer identity", Assert.Throws<InvalidDataException>(() => InitializerFactory.FromEnvelope("identity")).Message, StringComparison.Ordinal);
        var layer = JsonNode.Parse("""{ "class_name": "LSTM", "config": { "units": 3 } }""")!.AsObject();
        Assert.Contains("there is no layer of this class", Assert.Throws<InvalidDataException>(() => LayerFactory.FromEnvelope(layer)).Message, StringComparison.Ordinal);
    }

    // There: the seed was dropped.
    [Fact]
    public void InitializerSeed_SameInTwoModels_GivesTheSameWeights()
    {
        using var first = new Sequential(4, new Dense(3, kernelInitializer: new HeNormal(seed: 7)));
        using var second = new Sequential(4, new Dense(3, kernelInitializer: new HeNormal(seed: 7)));
        using var other = new Sequential(4, new Dense(3, kernelInitializer: new HeNormal(seed: 8)));

        Assert.Equal(Kernel(first), Kernel(second));
        Assert.NotEqual(Kernel(first), Kernel(other));
    }

    // There: accepted, and without effect.
    [Fact]
    public void Settings_Accepted_ChangeTheTraining()
    {
        float[] plain = Trained();

        Assert.Equal(plain, Trained());
        Assert.NotEqual(plain, Trained(kernelRegularizer: new L2(0.1)));
        Assert.NotEqual(plain, Trained(biasRegularizer: new L1(0.1)));
        Assert.NotEqual(plain, Trained(new SGD(0.1, clipNorm: 0.01)));
        Assert.NotEqual(plain, Trained(new SGD(0.1, clipValue: 0.001)));
        Assert.NotEqual(plain, Trained(new SGD(0.1, globalClipNorm: 0.01)));
        Assert.NotEqual(plain, Trained(loss: new CategoricalCrossentropy(labelSmoothing: 0.2)));
        Assert.NotEqual(Trained(new SGD(0.1, momentum: 0.9)), Trained(new SGD(0.1, momentum: 0.9, nesterov: true)));
    }

    // There: for anything but images the averages never moved, and evaluation normalized by 0 and 1.
    [Theory]
    [InlineData(5)]
    [InlineData(4, 5)]
    [InlineData(2, 3, 4, 5)]
    public void BatchNormalization_AnyRank_NormalizesTheLastAxis(params int[] shape)
    {
        NDArray x = np.arange(6 * shape.Aggregate((a, b) => a * b)).astype(np.float32).reshape([6, .. shape]);
        var layer = new BatchNormalization(momentum: 0);
        double[] y = Near.Doubles(layer.Call(x, training: true));

        for (int feature = 0; feature < 5; feature++)
            Assert.Equal(0, y.Where((_, i) => i % 5 == feature).Average(), 1e-4);
        Near.Absolute(np.array(y).reshape(x.shape), layer.Call(x), 1e-4);
    }

    // There: always a bar.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 7)]
    [InlineData(2, 7)]
    public void Verbose_EachValue_PrintsWhatItSays(int verbose, int lines)
    {
        using var console = new QuietConsole();
        using Sequential model = TinyTask.Compiled();
        model.Fit(TinyTask.Images(), epochs: 3, verbose: verbose, cancellationToken: Token);

        Assert.Equal(lines, console.Printed.Count(character => character == '\n'));
    }

    // There: never called; and validation ran in some epochs only, the others were lost from the history.
    [Fact]
    public void Fit_Epochs_AreAllValidatedAndRecordedAndTrainEndIsCalled()
    {
        int ends = 0;
        using Sequential model = TinyTask.Compiled();
        TrainingHistory history = model.Fit(
            TinyTask.Images(), epochs: 7, verbose: 0, validationSplit: 0.25, callbacks: [new LambdaCallback(onTrainEnd: (_, _) => ends++)], cancellationToken: Token);

        Assert.Equal(1, ends);
        Assert.Equal(Enumerable.Range(0, 7), history.Epoch);
        Assert.All(["loss", "accuracy", "val_loss", "val_accuracy"], key => Assert.Equal(7, history.History[key].Count));
    }

    // There: 32, whatever was asked.
    [Fact]
    public void Validation_BatchSize_IsThatOfFit()
    {
        int batches = 0;
        using Sequential model = TinyTask.Compiled();
        model.Fit(
            TinyTask.Images(), batchSize: 5, verbose: 0, validationSplit: 0.5, callbacks: [new LambdaCallback(onTestBatchEnd: (_, _, _) => batches++)], cancellationToken: Token);

        Assert.Equal(5, batches);
    }

    // There: a figure of 0 was taken for a missing one.
    [Fact]
    public void EarlyStopping_FigureOfZero_IsTheBestLoss()
    {
        var stopping = new EarlyStopping("loss", patience: 2);

        Assert.Equal(3, new ScriptedRun(stopping).Fit("loss", 0, 0.5, 0.4, 0.3, 0.2));
        Assert.Equal((0, 0.0), (stopping.BestEpoch!.Value, stopping.Best!.Value));
    }

    // There: a full collection after every step.
    [Fact]
    public void Fit_Steps_CollectNoGarbage()
    {
        using Sequential model = TinyTask.Compiled();
        model.Fit(TinyTask.Images(), batchSize: 4, verbose: 0, cancellationToken: Token);
        int before = GC.CollectionCount(GC.MaxGeneration);
        model.Fit(TinyTask.Images(), batchSize: 4, epochs: 5, verbose: 0, cancellationToken: Token);

        // Sixty steps.
        Assert.InRange(GC.CollectionCount(GC.MaxGeneration) - before, 0, 10);
        Assert.DoesNotContain(Repository.Sources("src", "CifarVision"), file => File.ReadAllText(file).Contains("GC.Collect", StringComparison.Ordinal));
    }

    // There: what had been read once, and for a file that is not there a line on the console.
    [Fact]
    public void LoadWeights_RewrittenOrMissing_ReadsAnewOrThrows()
    {
        using var folder = new TemporaryFolder();
        using var model = new Sequential(2, new Dense(1, useBias: false));
        string path = folder.File("weights.npz");
        foreach (float value in new[] { 1f, 2f })
        {
            model.SetWeights([np.ones(new Shape(2, 1), typeof(float)) * value]);
            model.SaveWeights(path);
            model.SetWeights([np.zeros(new Shape(2, 1), typeof(float))]);
            model.LoadWeights(path);
            Assert.Equal([value, value], Kernel(model));
        }

        File.Delete(path);
        Assert.Contains(path, Assert.Throws<FileNotFoundException>(() => model.LoadWeights(path)).Message, StringComparison.Ordinal);
    }

    // There: saving to .h5 wrote nothing, and said nothing.
    [Theory]
    [InlineData("model.h5")]
    [InlineData("model.keras")]
    public void Save_WholeModel_WritesWhatPredictsTheSame(string name)
    {
        using var folder = new TemporaryFolder();
        NDArray x = TinyTask.Arrays(4).X;
        using Sequential model = TinyTask.Compiled();
        model.Save(folder.File(name));
        using Sequential loaded = Sequential.Load(folder.File(name));

        Near.Absolute(model.Predict(x), loaded.Predict(x), 0);
        Assert.Throws<ArgumentException>(() => model.Save(folder.File("model.tf")));
    }

    // There: taken for the whole.
    [Fact]
    public void Dataset_CutOff_IsAnErrorThatNamesTheFile()
    {
        using var cifar = new TinyCifar();
        string path = Path.Combine(cifar.Folder, "data_batch_3.bin");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^100]);

        Assert.Contains("data_batch_3.bin", Assert.Throws<InvalidDataException>(() => Cifar10Dataset.LoadData(cifar.Folder)).Message, StringComparison.Ordinal);
    }

    // There: 0,4012 under some cultures.
    [Theory]
    [InlineData("de-DE")]
    [InlineData("fr-FR")]
    public void Text_CultureWithDecimalComma_HasPoints(string culture)
    {
        using var scope = new CultureScope(culture);
        using var output = new StringWriter();
        using Sequential model = TinyTask.Compiled();
        TrainingHistory history = model.Fit(TinyTask.Images(), epochs: 2, verbose: 2, callbacks: [new ProgbarLogger(output)], cancellationToken: Token);
        using var folder = new TemporaryFolder();
        history.SaveCsv(folder.File("history.csv"));

        Assert.Matches(@"loss: \d\.\d{4}", output.ToString());
        Assert.DoesNotMatch(@"\d,\d", output.ToString());
        Assert.Matches(@"^0,\d\.\d+,\d\.\d+$", File.ReadAllLines(folder.File("history.csv"))[1]);
    }

    private static float[] Kernel(Sequential model) => model.GetWeights()[0].ToArray<float>();

    private static float[] Trained(Optimizer? optimizer = null, Loss? loss = null, Regularizer? kernelRegularizer = null, Regularizer? biasRegularizer = null)
    {
        TorchRuntime.SetSeed(1);
        (NDArray x, NDArray y) = TinyTask.Arrays(16);
        using var model = new Sequential(
            (6, 6, 2),
            new Flatten(),
            new Dense(TinyTask.Classes, ActivationFunction.Softmax, kernelRegularizer: kernelRegularizer, biasInitializer: new Ones(), biasRegularizer: biasRegularizer));
        model.Compile(optimizer ?? new SGD(0.1), loss ?? new CategoricalCrossentropy());
        model.Fit(x, y, batchSize: 8, epochs: 2, verbose: 0, shuffle: false, cancellationToken: Token);
        return [.. Kernel(model), .. model.GetWeights()[1].ToArray<float>()];
    }
}
