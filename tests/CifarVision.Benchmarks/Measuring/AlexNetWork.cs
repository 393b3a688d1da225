namespace CifarVision.Benchmarks.Measuring;

/// <summary>What one training step of AlexNet has to compute at least.</summary>
internal static class AlexNetWork
{
    /// <summary>
    /// 10^9 operations for each image, a multiplication and an addition counting as two: 0.582 forward, and twice that backward without the
    /// gradient of the images, which nobody needs.
    /// </summary>
    public const double GigaflopPerImage = 1.741;
}
