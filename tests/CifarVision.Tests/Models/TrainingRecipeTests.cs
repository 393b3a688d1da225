using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Golden;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Models;

public class TrainingRecipeTests
{
    [Fact]
    public void CreateOptimizer_Fast_IsNesterovOverOneCycleOfTheWholeRun()
    {
        var optimizer = Assert.IsType<SGD>(TrainingRecipe.Fast(epochs: 8).CreateOptimizer(45_000));
        var schedule = Assert.IsType<OneCycle>(optimizer.Schedule);

        Assert.Equal(0.9, optimizer.Momentum);
        Assert.True(optimizer.Nesterov);
        Assert.Equal(8 * 352, schedule.TotalSteps);
        Assert.Equal(0.05, schedule.MaxLearningRate);
        Assert.Equal(0.05 / 25, schedule.Rate(0), 1e-12);
        Assert.True(schedule.Rate(8 * 352) < 1e-6);
    }

    [Fact]
    public void CreateOptimizer_Fast_DecaysKernelsOnly()
    {
        const double decay = 0.5;
        using Sequential model = SmallAlexNet.Create();
        Weight[] weights = [.. model.Weights.Where(weight => weight.Trainable)];
        foreach (Weight weight in weights)
            weight.Assign(np.ones(new Shape(weight.Value.shape), typeof(float)));
        using var scope = torch.NewDisposeScope();
        Optimizer optimizer = TrainingRecipe.Fast(epochs: 1, weightDecay: decay).CreateOptimizer(128);
        double rate = optimizer.LearningRate;
        optimizer.Apply(weights, [.. weights.Select(weight => torch.zeros_like(weight.Value))]);

        Assert.Equal(["beta", "bias", "gamma", "kernel"], weights.Select(weight => weight.Name).Distinct().Order(StringComparer.Ordinal));
        foreach (Weight weight in weights)
        {
            double expected = weight.Name == "kernel" ? 1 - (decay * rate) : 1;
            Assert.All(weight.ToArray().ToArray<float>(), value => Assert.Equal(expected, value, 1e-6));
        }
    }

    [Fact]
    public void CreateOptimizer_Plain_IsGradientDescentAtOneRate()
    {
        var optimizer = Assert.IsType<SGD>(TrainingRecipe.Plain().CreateOptimizer(45_000));

        Assert.Null(optimizer.Schedule);
        Assert.Equal(0.01, optimizer.LearningRate);
        Assert.Equal(0, optimizer.Momentum);
        Assert.Null(optimizer.WeightDecay);
    }

    [Fact]
    public void CreateOptimizer_Twice_GivesTwo()
    {
        TrainingRecipe recipe = TrainingRecipe.Fast(epochs: 1);

        Assert.NotSame(recipe.CreateOptimizer(10), recipe.CreateOptimizer(10));
    }

    [Fact]
    public void CreateLoss_SmoothsLabelsInTheFastRecipeOnly()
    {
        Assert.Equal(0.1, Assert.IsType<CategoricalCrossentropy>(TrainingRecipe.Fast(epochs: 1).CreateLoss()).LabelSmoothing);
        Assert.Equal(0, Assert.IsType<CategoricalCrossentropy>(TrainingRecipe.Plain().CreateLoss()).LabelSmoothing);
    }

    [Theory]
    [InlineData(1, 0.0625)]
    [InlineData(15, 0.0625)]
    [InlineData(16, 0.125)]
    [InlineData(40, 0.125)]
    public void Augment_Fast_PutsMirroringAndShiftsBeforeTheSameLayers(int epochs, double factor)
    {
        Sequential network = LeNetBuilder.Create((32, 32, 3), 10);
        using Sequential model = TrainingRecipe.Fast(epochs).Augment(network);

        Assert.Equal(FlipMode.Horizontal, Assert.IsType<RandomFlip>(model.Layers[0]).Mode);
        var shift = Assert.IsType<RandomTranslation>(model.Layers[1]);
        Assert.Equal(new FactorRange(-factor, factor), shift.HeightFactor);
        Assert.Equal(new FactorRange(-factor, factor), shift.WidthFactor);
        Assert.Equal(FillMode.Reflect, shift.FillMode);
        Assert.Equal(network.Layers, model.Layers.Skip(2));
        Assert.Equal(network.InputShape, model.InputShape);
    }

    [Fact]
    public void Augment_Fast_ChangesImagesInTrainingOnly()
    {
        Sequential network = LeNetBuilder.Create((32, 32, 3), 10);
        using Sequential model = TrainingRecipe.Fast(epochs: 1).Augment(network);
        NDArray images = np.arange(4 * 32 * 32 * 3).reshape(4, 32, 32, 3).astype(np.float32) / 12288f;
        float[] plain = network.Predict(images).ToArray<float>();

        Assert.Equal(plain, model.Predict(images).ToArray<float>());
        Assert.NotEqual(plain, model.Call(images, training: true).ToArray<float>());
    }

    [Fact]
    public void Augment_Plain_IsTheNetworkItself()
    {
        using Sequential network = LeNetBuilder.Create((32, 32, 3), 10);

        Assert.Same(network, TrainingRecipe.Plain().Augment(network));
    }

    [Fact]
    public void Fit_FastRecipe_LearnsATinyTask()
    {
        TorchRuntime.SetSeed(1);
        TrainingRecipe recipe = TrainingRecipe.Fast(epochs: 20, batchSize: 16);
        using Sequential model = recipe.Augment(TinyTask.Model(dropout: 0));
        model.Compile(recipe.CreateOptimizer(96), recipe.CreateLoss(), [new Accuracy()], DTypePolicy.MixedBFloat16);
        IReadOnlyList<double> losses = model.Fit(TinyTask.Images(96), recipe.BatchSize, recipe.Epochs, verbose: 0).History["loss"];

        Assert.True(losses[^1] < 0.7 * losses[0], $"{losses[0]} to {losses[^1]}");
    }

    [Fact]
    public void Arguments_OutOfRange_AreErrors()
    {
        Assert.Throws<ArgumentOutOfRangeException>("epochs", () => TrainingRecipe.Fast(0));
        Assert.Throws<ArgumentOutOfRangeException>("batchSize", () => TrainingRecipe.Fast(1, batchSize: 0));
        Assert.Throws<ArgumentOutOfRangeException>("learningRate", () => TrainingRecipe.Plain(learningRate: -1));
        Assert.Throws<ArgumentOutOfRangeException>("weightDecay", () => TrainingRecipe.Fast(1, weightDecay: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>("trainingImages", () => TrainingRecipe.Fast(1).CreateOptimizer(0));
        Assert.Throws<InvalidOperationException>(() => TrainingRecipe.Fast(1).Augment(new Sequential(new Flatten())));
        Assert.Throws<ArgumentException>(() => TrainingRecipe.Fast(1).Augment(new Sequential(4, new Dense(2))));
    }
}
