namespace CifarVision.Evaluation;

/// <summary>A row of a <see cref="ClassificationReport"/>: the scores of a class, or their mean over the classes.</summary>
/// <param name="Name">The name of the class, or of the mean.</param>
/// <param name="Precision">The fraction of the predictions of the class that are correct; 0 without predictions.</param>
/// <param name="Recall">The fraction of the samples of the class that were predicted correctly; 0 without samples.</param>
/// <param name="F1Score">The harmonic mean of precision and recall; 0 if both are 0.</param>
/// <param name="Support">The number of samples of the class, or of all.</param>
public sealed record ClassificationScores(string Name, double Precision, double Recall, double F1Score, long Support);
