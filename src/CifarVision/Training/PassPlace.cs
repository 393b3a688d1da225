namespace CifarVision.Training;

/// <summary>A place in a pass over the data.</summary>
/// <param name="DrawnAt">Where the stream of the shuffling stood when the order of the pass was drawn.</param>
/// <param name="Position">How many rows were given out.</param>
internal sealed record PassPlace(long DrawnAt, int Position);
