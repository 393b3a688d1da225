using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Tests.Testing;
using Extending;

namespace CifarVision.Tests.Extension;

public class OwnLossTests
{
    [Fact]
    public void Call_GammaZero_IsCrossentropy()
    {
        using var scope = torch.NewDisposeScope();
        (Tensor yTrue, Tensor yPred) = Batch();

        Assert.Equal(new CategoricalCrossentropy().Call(yTrue, yPred).item<double>(), new FocalLoss(gamma: 0).Call(yTrue, yPred).item<double>(), 1e-12);
        Assert.True(new FocalLoss().Call(yTrue, yPred).item<double>() < new FocalLoss(gamma: 1).Call(yTrue, yPred).item<double>());
    }

    [Fact]
    public void Call_Gradient_IsThatOfDifferences()
    {
        using var scope = torch.NewDisposeScope();
        (Tensor yTrue, Tensor yPred) = Batch();

        GradientCheck.Check(x => new FocalLoss().Call(yTrue, x, torch.tensor(new[] { 2.0, 0.5 })), yPred, 1e-7);
    }

    [Fact]
    public void Fit_OwnLoss_FallsAndIsWhatEvaluateGives()
    {
        using var model = new Sequential((6, 6, 2), new Flatten(), new Dense(TinyTask.Classes, ActivationFunction.Softmax));
        model.Compile(new SGD(0.1), new FocalLoss(), [new MeanLoss(new FocalLoss()), new Accuracy()]);
        IReadOnlyList<double> losses = model.Fit(TinyTask.Images(), epochs: 5, verbose: 0, cancellationToken: TestContext.Current.CancellationToken).History["loss"];
        IReadOnlyDictionary<string, double> figures = model.Evaluate(TinyTask.Images(), verbose: 0);

        Assert.True(losses[^1] < losses[0]);
        Assert.Equal(["loss", "focal_loss", "accuracy"], figures.Keys);
        Assert.Equal(figures["focal_loss"], figures["loss"], 1e-6);
    }

    [Fact]
    public void Load_OwnLoss_ComesBackWithItsSetting()
    {
        using var folder = new TemporaryFolder();
        (NDArray x, NDArray y) = TinyTask.Arrays(12);
        using var model = new Sequential((6, 6, 2), new Flatten(), new Dense(TinyTask.Classes, ActivationFunction.Softmax));
        model.Compile(new SGD(), new FocalLoss(gamma: 3));
        model.Save(folder.File("model.keras"));
        using Sequential loaded = Sequential.Load(folder.File("model.keras"), OwnClasses.All);

        Assert.Equal(model.Evaluate(x, y, verbose: 0)["loss"], loaded.Evaluate(x, y, verbose: 0)["loss"]);
    }

    private static (Tensor YTrue, Tensor YPred) Batch() =>
        (torch.tensor(new double[,] { { 0, 1, 0 }, { 1, 0, 0 } }), torch.tensor(new[,] { { 0.2, 0.7, 0.1 }, { 0.3, 0.3, 0.4 } }));
}
