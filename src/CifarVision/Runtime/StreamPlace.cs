namespace CifarVision.Runtime;

/// <summary>A position in a <see cref="RandomStream"/>.</summary>
/// <param name="Name">The stream's name.</param>
/// <param name="Counter">The number of words drawn so far.</param>
/// <param name="Seed">The seed with which they were drawn.</param>
internal sealed record StreamPlace(string Name, long Counter, long Seed);
