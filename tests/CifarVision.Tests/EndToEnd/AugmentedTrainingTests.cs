using CifarVision.History;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.EndToEnd;

/// <summary>A model of everything that augments and composes learns, and does so again from the same seed.</summary>
public class AugmentedTrainingTests
{
    // Which of four kinds of stripes: flips, shifts and holes leave the kind as it is.
    private static readonly (NDArray X, NDArray Y) Stripes = Draw(256);

    [Theory]
    [InlineData(DTypePolicy.Float32)]
    [InlineData(DTypePolicy.MixedBFloat16)]
    public void Fit_AugmentationResidualAndTorchModule_LearnsStripes(DTypePolicy precision)
    {
        TorchRuntime.SetSeed(1);

        // The module draws its own first weights.
        torch.manual_seed(1);
        using Sequential model = Create();
        model.Compile(new Adam(0.01), new SparseCategoricalCrossentropy(), [new Accuracy()], precision);

        TrainingHistory history = model.Fit(Stripes.X, Stripes.Y, epochs: 8, verbose: 0);

        IReadOnlyDictionary<string, double> result = model.Evaluate(Stripes.X, Stripes.Y, verbose: 0);
        Assert.True(result["accuracy"] > 0.9, $"accuracy {result["accuracy"]}, losses {string.Join(' ', history.History["loss"])}");
        NDArray once = model.Predict(Stripes.X);
        Near.Absolute(once, model.Predict(Stripes.X), 0);
    }

    [Fact]
    public void Fit_SameSeed_GivesTheSameLosses()
    {
        Assert.Equal(Losses(seed: 3), Losses(seed: 3));
        Assert.NotEqual(Losses(seed: 3), Losses(seed: 4));

        static IReadOnlyList<double> Losses(long seed)
        {
            TorchRuntime.SetSeed(seed);
            using Sequential model = Create(withModule: false);
            model.Compile(new SGD(0.01), new SparseCategoricalCrossentropy());
            return model.Fit(Stripes.X, Stripes.Y, epochs: 2, verbose: 0).History["loss"];
        }
    }

    private static Sequential Create(bool withModule = true)
    {
        var normalization = new Normalization();
        normalization.Adapt(Stripes.X);
        return new Sequential(
            (12, 12, 1),
            [
                normalization,
                new RandomFlip(),
                new RandomTranslation(0.2, 0.2),
                new RandomErasing((0.5, 0.5), (0.02, 0.1), fillValue: 0, valueRange: (-3, 3)),
                new Conv2D(8, 3, activation: ActivationFunction.Relu),
                new LocalResponseNormalization(alpha: 0.01),
                ResidualModel.Create((10, 10, 8), [new Conv2D(8, 3, padding: CifarVision.Layers.Padding.Same), new BatchNormalization(momentum: 0.8), new ReLU(), new SpatialDropout2D(0.1)]),
                new GlobalAveragePooling2D(),
                withModule ? new TorchModuleLayer(torch.nn.Linear(8, 4)) : new Dense(4),
                new Softmax(),
            ]);
    }

    private static (NDArray X, NDArray Y) Draw(int count)
    {
        var random = new RandomStream(1, "stripes");
        var x = new float[count, 12, 12, 1];
        var y = new long[count];
        var noise = new float[144];
        for (int n = 0; n < count; n++)
        {
            y[n] = n % 4;
            int phase = random.NextInt32(4);
            random.NextNormal(noise, 0, 0.3);
            for (int row = 0; row < 12; row++)
            {
                for (int column = 0; column < 12; column++)
                {
                    int along = (n % 4) switch { 0 => row, 1 => column, 2 => 0, _ => ((row / 2) + (column / 2)) * 2 };
                    x[n, row, column, 0] = (((along + phase) / 2) % 2) + noise[(12 * row) + column];
                }
            }
        }

        return (np.array(x), np.array(y));
    }
}
