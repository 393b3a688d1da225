namespace CifarVision.Optimizers;

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019; Keras: <c>AdamW</c>).</summary>
public sealed class AdamW : AdamBase
{
    /// <summary>Creates Adam with decoupled weight decay.</summary>
    /// <param name="learningRate">A number of 0 or more, or a schedule. Default 0.001.</param>
    /// <param name="weightDecay">The weight decay: before each update, the weight times this factor and the learning rate is subtracted. Default 0.004.</param>
    /// <param name="beta1">The exponential decay rate of the mean gradient (first moment), at least 0 and less than 1. Default 0.9.</param>
    /// <param name="beta2">The exponential decay rate of the mean squared gradient (second moment), at least 0 and less than 1. Default 0.999.</param>
    /// <param name="epsilon">A small number added to the denominator to avoid division by zero. Default 1e-7.</param>
    /// <param name="amsgrad">Whether to divide by the largest mean squared gradient so far (Reddi et al. 2018). Default false.</param>
    /// <include file='Arguments.xml' path='arguments/shared/param'/>
    /// <param name="name">The name in files. Default <c>adam_w</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="ArgumentException">More than one of the three clippings is set, or a name is empty.</exception>
    public AdamW(
        LearningRateSchedule? learningRate = null,
        double weightDecay = 0.004,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-7,
        bool amsgrad = false,
        double? clipNorm = null,
        double? clipValue = null,
        double? globalClipNorm = null,
        bool useEma = false,
        double emaMomentum = 0.99,
        int? emaOverwriteFrequency = null,
        int? gradientAccumulationSteps = null,
        IEnumerable<string>? excludeFromWeightDecay = null,
        string? name = null)
        : base(
            learningRate ?? 0.001, beta1, beta2, epsilon, amsgrad, weightDecay, clipNorm, clipValue, globalClipNorm, useEma, emaMomentum, emaOverwriteFrequency,
            gradientAccumulationSteps, excludeFromWeightDecay, name)
    {
    }
}
