namespace CifarVision.Evaluation;

/// <summary>The samples of a <see cref="CalibrationCurve"/> whose probability is between two bounds.</summary>
/// <param name="Lower">The lower bound, which is outside, except 0.</param>
/// <param name="Upper">The upper bound, which is inside.</param>
/// <param name="Count">The number of samples.</param>
/// <param name="MeanProbability">The mean of the predicted probabilities; NaN without samples.</param>
/// <param name="Fraction">The fraction of the samples for which the prediction was right; NaN without samples.</param>
public sealed record CalibrationBin(double Lower, double Upper, int Count, double MeanProbability, double Fraction);
