using CifarVision.Callbacks;
using CifarVision.History;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Tests.Testing;
using Extending;

namespace CifarVision.Tests.Extension;

public class OwnMetricTests
{
    [Fact]
    public void Update_TwoBatches_IsTheMeanOverSamples()
    {
        using var scope = torch.NewDisposeScope();
        var metric = new TrueClassProbability();
        metric.Update(torch.tensor(new float[,] { { 0, 1 }, { 1, 0 } }), torch.tensor(new[,] { { 0.25f, 0.75f }, { 0.5f, 0.5f } }));
        metric.Update(torch.tensor(new float[,] { { 0, 1 } }), torch.tensor(new[,] { { 1f, 0f } }));

        Assert.Equal(1.25 / 3, metric.Result(), 1e-7);
        metric.Reset();
        Assert.Equal(0, metric.Result());
    }

    [Fact]
    public void Fit_OwnMetric_IsInHistoryAndCanBeMonitored()
    {
        using Sequential model = TinyTask.Model();
        model.Compile(new SGD(0.1), new CategoricalCrossentropy(), [new TrueClassProbability()]);
        var stopping = new EarlyStopping("val_true_class_probability", patience: 50, restoreBestWeights: true);
        TrainingHistory history = model.Fit(
            TinyTask.Images(96), batchSize: 16, epochs: 6, verbose: 0, callbacks: [stopping], validationSplit: 0.25, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["loss", "true_class_probability", "val_loss", "val_true_class_probability"], history.History.Keys);
        Assert.Equal(history.History["val_true_class_probability"].Max(), stopping.Best);
        Assert.True(history.History["true_class_probability"][^1] > history.History["true_class_probability"][0]);
    }

    [Fact]
    public void Load_OwnMetric_ComesBack()
    {
        using var folder = new TemporaryFolder();
        using Sequential model = OwnModel.Compiled();
        model.Save(folder.File("model.keras"));
        using Sequential loaded = Sequential.Load(folder.File("model.keras"), OwnClasses.All);

        Assert.Equal(["loss", "true_class_probability"], loaded.Evaluate(TinyTask.Images(8), verbose: 0).Keys);
    }
}
