namespace BrowserDemo;

/// <summary>What a picture shows.</summary>
/// <param name="File">The name of the picture's file.</param>
/// <param name="Class">The most probable class.</param>
/// <param name="Probability">Its probability.</param>
/// <param name="Probabilities">The probability of each class.</param>
internal sealed record ClassifiedPicture(string File, string Class, float Probability, IReadOnlyDictionary<string, float> Probabilities);
