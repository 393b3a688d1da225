using CifarVision.Benchmarks.Measuring;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;

namespace CifarVision.Benchmarks.Peers;

/// <summary>
/// AlexNet trained by a loop of one's own over the library's public parts: forward, loss, gradients, update; no Fit, no metrics, the batch
/// ready in memory. What the plain TorchSharp loop does, and what Fit is held against.
/// </summary>
internal sealed class StepByStep : IDisposable
{
    private readonly CategoricalCrossentropy _loss = new(fromLogits: true);
    private readonly SGD _optimizer = new(learningRate: 0.01);
    private readonly Sequential _model;
    private readonly Weight[] _weights;
    private readonly Tensor _images;
    private readonly Tensor _labels;

    public StepByStep(DTypePolicy precision, int batchSize)
    {
        // The listing ends with a softmax; a loop that calls the loss itself wants logits.
        IReadOnlyList<Layer> listing = AlexNetBuilder.Create((32, 32, 3), RandomImages.Classes).Layers;
        _model = new Sequential((32, 32, 3), [.. listing.SkipLast(1), new Dense(RandomImages.Classes)]);
        _model.Compile(_optimizer, _loss, precision: precision);
        _weights = [.. _model.Weights.Where(weight => weight.Trainable)];
        _images = torch.rand(batchSize, 32, 32, 3);
        _labels = torch.eye(RandomImages.Classes)[TorchMath.Arange(batchSize, ScalarType.Int64, torch.CPU).Remainder(RandomImages.Classes)];
    }

    public static IEnumerable<Figure> Measure(Effort effort, DTypePolicy precision)
    {
        using var training = new StepByStep(precision, effort.BatchSize);
        double imagesPerSecond = effort.BatchSize / Measurement.SecondsPerCall(training.Step, effort);
        string name = precision == DTypePolicy.MixedBFloat16 ? "ours_mixed_bfloat16" : "ours_float32";
        yield return new Figure(name, imagesPerSecond, Figure.ImagesPerSecond);
        yield return new Figure($"{name}_flops", imagesPerSecond * AlexNetWork.GigaflopPerImage, Figure.Gigaflops);
    }

    public void Step()
    {
        using var scope = torch.NewDisposeScope();
        Tensor loss = _loss.Call(_labels, _model.Forward(_images, training: true));
        _optimizer.Apply(_weights, Gradients.Of(loss, [.. _weights.Select(weight => weight.Value)]));
    }

    public void Dispose()
    {
        _model.Dispose();
        _images.Dispose();
        _labels.Dispose();
    }
}
