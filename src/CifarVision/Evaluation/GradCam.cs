using CifarVision.Datasets;
using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Runtime;

namespace CifarVision.Evaluation;

/// <summary>
/// Gradient-weighted class activation maps: which parts of an image made a model choose a class, as seen by one of its convolutions (Selvaraju et al.,
/// 2017, "Grad-CAM: visual explanations from deep networks via gradient-based localization").
/// </summary>
/// <remarks>
/// The score of a class is its output before the final softmax or sigmoid. The channels of the convolution's output are added, each times the mean over the image
/// of the score's gradient; negative sums become 0, and each map is divided by its largest value.
/// </remarks>
public sealed class GradCam
{
    private const int BatchSize = 32;

    private readonly Model _model;

    /// <summary>Creates the maps of a layer.</summary>
    /// <param name="model">A built model of one input, (H, W, C), and one output, (classes).</param>
    /// <param name="layer">
    /// A layer whose output is an image, (h, w, channels): a convolution, or the activation or normalization after it. It may belong to a model inside the
    /// model. Default the last convolution.
    /// </param>
    /// <exception cref="ArgumentException">The inputs or outputs are others, the layer is not in the model, is called several times or has no image as its output, or there is no convolution.</exception>
    /// <exception cref="InvalidOperationException">The model is not built.</exception>
    public GradCam(Model model, Layer? layer = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Inputs is not [{ Shape.Rank: 3 }] || model.Outputs is not [{ Shape.Rank: 1 }])
        {
            throw new ArgumentException(
                $"GradCam: model must have one input (H, W, C) and one output (classes), but was {string.Join(", ", model.Inputs)} to {string.Join(", ", model.Outputs)}.", nameof(model));
        }

        Layer = layer ?? Convolutions(model).LastOrDefault() ?? throw new ArgumentException($"GradCam: model must have a convolution, but '{model.Name}' has none.", nameof(model));
        if (model.ShapeOfFeatures(Layer) is { Rank: not 3 } shape)
            throw new ArgumentException($"GradCam: layer must have an output (height, width, channels), but that of '{Layer.Name}' is {shape}. Take a convolution.", nameof(layer));
        _model = model;
    }

    /// <summary>The layer whose output is explained.</summary>
    public Layer Layer { get; }

    /// <summary>Computes a map for each image.</summary>
    /// <param name="x">The images as for Predict, (N, H, W, C), scaled as in training.</param>
    /// <param name="classIndex">The class to explain. Default the predicted class of each image; of a single unit class 1 if its probability is over 0.5, else class 0.</param>
    /// <returns>(N, H, W), float32, from 0 to 1, resized to the images with bilinear interpolation; 0 everywhere if nothing speaks for the class.</returns>
    /// <exception cref="ArgumentException">The shape does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public NDArray Compute(NDArray x, int? classIndex = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        TensorShape image = _model.Inputs[0].Shape;
        if (x.ndim != 4 || x.shape[0] == 0 || x.shape[1..] != image)
            throw new ArgumentException($"GradCam: x must be at least one image of shape {image}, but was {TensorShape.Format(x.shape)}.", nameof(x));
        int classes = (int)Math.Max(2, _model.Outputs[0].Shape[0]);
        if (classIndex < 0 || classIndex >= classes)
            throw new ArgumentOutOfRangeException(nameof(classIndex), FormattableString.Invariant($"GradCam: classIndex must be from 0 to {classes - 1}, but was {classIndex}."));
        using var scope = torch.NewDisposeScope();
        Tensor images = ArrayConversion.ToTensor(x, torch.CPU);
        return ArrayConversion.ToNDArray(torch.cat([.. images.split(BatchSize).Select(batch => Maps(batch, classIndex))]));
    }

    /// <summary>Computes a map for each image of a dataset.</summary>
    /// <param name="data">The dataset, all of whose images are decoded at once: take a few.</param>
    /// <param name="classIndex">The class to explain. Default the predicted class of each image.</param>
    /// <returns>(N, H, W), float32, from 0 to 1.</returns>
    /// <exception cref="ArgumentException">The shape does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public NDArray Compute(ImageDataset data, int? classIndex = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        NDArray images = data.Take(Enumerable.Range(0, data.Count)).Images;
        return Compute(images.astype(np.float32) * (float)data.Scale, classIndex);
    }

    private static IEnumerable<Layer> Convolutions(Model model) =>
        model.Layers.SelectMany(layer => layer is Model inner ? Convolutions(inner) : layer is Conv2DBase ? [layer] : []);

    private Tensor Maps(Tensor images, int? classIndex)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        (Tensor features, Tensor gradient) = _model.FeaturesAndGradient(Layer, images, logits => Score(logits, classIndex));
        using var noGrad = torch.no_grad();
        Tensor weights = gradient.to(ScalarType.Float32).mean([1, 2], keepdim: true);
        Tensor maps = (features.to(ScalarType.Float32) * weights).sum(dim: 3).relu();

        // A map of zeros gives 0 / 0.
        Tensor scaled = (maps / maps.amax([1, 2], keepdim: true)).nan_to_num(0);
        Tensor resized = torch.nn.functional.interpolate(scaled.unsqueeze(1), size: [images.shape[1], images.shape[2]], mode: torch.InterpolationMode.Bilinear, align_corners: false);
        return scope.MoveToOuter(resized.squeeze(1).cpu());
    }

    private static Tensor Score(Tensor logits, int? classIndex)
    {
        // One unit is the score of class 1, and its negative that of class 0.
        Tensor scores = logits.shape[1] == 1 ? torch.cat([TorchMath.Multiply(logits, -1), logits], dim: 1) : logits;
        return classIndex is { } index
            ? scores.select(1, index).sum()
            : scores.max(1).values.sum();
    }
}
