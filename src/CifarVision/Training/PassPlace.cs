namespace CifarVision.Training;

/// <summary>A place in a pass over the data.</summary>
/// <param name="DrawnAt">The position of the shuffling stream when the order of the pass was drawn.</param>
/// <param name="Position">The number of rows already used.</param>
internal sealed record PassPlace(long DrawnAt, int Position);
