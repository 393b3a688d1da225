using CifarVision.Datasets;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.EndToEnd;

/// <summary>Activations, noise, focal losses and AUC together: a functional model is trained, saved and loaded.</summary>
public sealed class ActivationLayersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<Loss, Metric[]> Compilations => new()
    {
        { new CategoricalFocalCrossentropy(alpha: [0.5, 1, 2], labelSmoothing: 0.1), [new AUC(curve: AUCCurve.PR, multiLabel: true, labelWeights: [1, 2, 3])] },
        { new BinaryFocalCrossentropy(applyClassBalancing: true), [new AUC(thresholds: [0.2, 0.3, 0.9]), new MeanLoss(new KLDivergence())] },
        { new Huber(0.25), [new MeanLoss(new Huber(0.5), "wide"), new MeanLoss(new CategoricalFocalCrossentropy())] },
        { new KLDivergence(), [new AUC()] },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Compilations))]
    public void Load_SavedModel_EvaluatesAndContinuesTheSame(Loss loss, Metric[] metrics)
    {
        ImageDataset data = TinyTask.Images();
        using Model model = Create(loss is BinaryFocalCrossentropy ? ActivationFunction.Sigmoid : ActivationFunction.Softmax);
        model.Compile(new SGD(0.1), loss, metrics);
        double before = model.Evaluate(data, verbose: 0)["loss"];
        model.Fit(data, epochs: 3, verbose: 0);
        string path = _folder.File("model.keras");
        model.Save(path);

        using Model loaded = Model.Load(path);

        Assert.True(model.Evaluate(data, verbose: 0)["loss"] < before);
        Assert.Equal(model.GetCompileConfig()!.ToJsonString(), loaded.GetCompileConfig()!.ToJsonString());
        Assert.Equal(model.ToJson(), loaded.ToJson());
        Assert.Equal(model.Evaluate(data, verbose: 0), loaded.Evaluate(data, verbose: 0));
    }

    private static Model Create(ActivationFunction final)
    {
        KerasTensor images = Keras.Input((6, 6, 2));
        KerasTensor x = new GaussianNoise(0.1, seed: 1).Call(images);
        x = new Conv2D(4, 3, padding: Padding.Same, activation: ActivationFunction.HardSilu).Call(x);
        x = new PReLU(sharedAxes: [1, 2]).Call(x);
        x = new Activation(ActivationFunction.Mish).Call(new ELU(0.5).Call(x));
        x = new GaussianDropout(0.1, seed: 2).Call(new Identity().Call(new Flatten().Call(x)));
        return new Model(images, new Dense(3, final).Call(new Dense(8, ActivationFunction.Squareplus).Call(x)));
    }
}
