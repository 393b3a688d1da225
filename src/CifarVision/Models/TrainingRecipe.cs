using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Optimizers;
using CifarVision.Training;

namespace CifarVision.Models;

/// <summary>A recipe for training an image classifier, independent of its layers: augmentation, loss, optimizer, learning rate, batch size and epochs.</summary>
/// <remarks>
/// <c>Augment</c> puts layers before the network, which is not changed. <c>CreateOptimizer</c> and <c>CreateLoss</c> create arguments of Compile;
/// <c>BatchSize</c> and <c>Epochs</c> are arguments of Fit.
/// </remarks>
public sealed class TrainingRecipe
{
    private const double FastMomentum = 0.9;
    private const double FastLabelSmoothing = 0.1;

    // In short runs 2 pixels of images of 32 x 32 gave more accuracy than 4 (docs/results.md). In long ones, where a network learns the images by heart, 4 are
    // usual. Where long runs begin was chosen, not measured.
    private const int LongRun = 16;
    private const double ShiftOfShortRun = 2 / 32.0;
    private const double ShiftOfLongRun = 4 / 32.0;

    private readonly double _learningRate;
    private readonly double _weightDecay;
    private readonly bool _isFast;

    private TrainingRecipe(bool isFast, int epochs, int batchSize, double learningRate, double weightDecay)
    {
        RequireAtLeastOne(epochs, nameof(epochs));
        RequireAtLeastOne(batchSize, nameof(batchSize));
        RequireNumber(learningRate, nameof(learningRate));
        RequireNumber(weightDecay, nameof(weightDecay));
        (_isFast, Epochs, BatchSize, _learningRate, _weightDecay) = (isFast, epochs, batchSize, learningRate, weightDecay);
    }

    /// <summary>Passes over the training images.</summary>
    public int Epochs { get; }

    /// <summary>Images per step.</summary>
    public int BatchSize { get; }

    /// <summary>Creates a recipe of plain gradient descent with a constant learning rate, for a hundred epochs.</summary>
    /// <param name="epochs">Passes over the training images. Default 100.</param>
    /// <param name="batchSize">Images per step. Default 128.</param>
    /// <param name="learningRate">The rate of every step, 0 or more. Default 0.01.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static TrainingRecipe Plain(int epochs = 100, int batchSize = 128, double learningRate = 0.01) =>
        new(isFast: false, epochs, batchSize, learningRate, weightDecay: 0);

    /// <summary>
    /// Creates a recipe for more accuracy in fewer epochs: Nesterov momentum 0.9, one cycle of the learning rate, weight decay on kernels only, labels smoothed
    /// by 0.1, and images mirrored and moved by up to 2 in 32 pixels, or by up to 4 from 16 epochs on.
    /// </summary>
    /// <param name="epochs">Passes over the training images; the learning rate decays to almost zero at their end.</param>
    /// <param name="batchSize">Images per step. Default 128.</param>
    /// <param name="maxLearningRate">The rate at the top of the cycle, 0 or more. Default 0.05.</param>
    /// <param name="weightDecay">
    /// The weight decay of kernels, 0 or more. Default 0.005: Keras' decay does not go
    /// through the momentum, so it is as strong as 0.0005 in an optimizer where it does.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <remarks>
    /// Sources: Smith, Topin, "Super-convergence", 2017 (one cycle); Szegedy et al., "Rethinking the Inception architecture", 2016 (label
    /// smoothing); He et al., "Deep residual learning", 2016 (mirroring and shifts).
    /// </remarks>
    public static TrainingRecipe Fast(int epochs, int batchSize = 128, double maxLearningRate = 0.05, double weightDecay = 5e-3) =>
        new(isFast: true, epochs, batchSize, maxLearningRate, weightDecay);

    /// <summary>Returns the network with augmentation layers in front, which do nothing in Evaluate and Predict.</summary>
    /// <param name="network">A network whose input shape is known. Its layers and weights are those of the new model, not copies.</param>
    /// <returns>A model that must still be compiled; <paramref name="network"/> itself if the recipe has no augmentation.</returns>
    /// <exception cref="InvalidOperationException">The network is not built.</exception>
    /// <exception cref="ArgumentException">The network does not take images, (height, width, channels).</exception>
    public Model Augment(Model network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!network.IsBuilt)
            throw new InvalidOperationException("TrainingRecipe: network must be built before Augment, but was not. Give it an input shape.");
        if (!_isFast)
            return network;
        double shift = Epochs < LongRun ? ShiftOfShortRun : ShiftOfLongRun;
        return new Sequential(
            network.InputShape,
            [
                new RandomFlip(FlipMode.Horizontal),
                new RandomTranslation(shift, shift, FillMode.Reflect, Interpolation.Nearest),
                .. network is Sequential ? network.Layers : [network],
            ]);
    }

    /// <inheritdoc cref="Augment(Model)"/>
    public Sequential Augment(Sequential network) => (Sequential)Augment((Model)network);

    /// <summary>Creates the optimizer for one run. Its schedule spans the whole run, so it needs the number of steps.</summary>
    /// <param name="trainingImages">The number of images that Fit trains on, without those of <c>validationSplit</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public Optimizer CreateOptimizer(int trainingImages)
    {
        RequireAtLeastOne(trainingImages, nameof(trainingImages));
        if (!_isFast)
            return new SGD(_learningRate);
        long steps = (long)Epochs * BatchOrder.CountBatches(trainingImages, BatchSize);
        return new SGD(
            new OneCycle(_learningRate, steps),
            FastMomentum,
            nesterov: true,
            weightDecay: _weightDecay,
            excludeFromWeightDecay: ["bias", "gamma", "beta"]);
    }

    /// <summary>Creates the loss, for one-hot labels and a network that ends with softmax.</summary>
    public Loss CreateLoss() => new CategoricalCrossentropy(labelSmoothing: _isFast ? FastLabelSmoothing : 0);

    private static void RequireAtLeastOne(int value, string argument)
    {
        if (value < 1)
            throw new ArgumentOutOfRangeException(argument, $"TrainingRecipe: {argument} must be at least 1, but was {value}.");
    }

    private static void RequireNumber(double value, string argument)
    {
        if (!double.IsFinite(value) || value < 0)
            throw new ArgumentOutOfRangeException(argument, FormattableString.Invariant($"TrainingRecipe: {argument} must be finite and at least 0, but was {value}."));
    }
}
