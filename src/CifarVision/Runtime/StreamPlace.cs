namespace CifarVision.Runtime;

/// <summary>A place in a <see cref="RandomStream"/>.</summary>
/// <param name="Name">The stream's name.</param>
/// <param name="Counter">How many words were drawn.</param>
/// <param name="Seed">The seed under which they were.</param>
internal sealed record StreamPlace(string Name, long Counter, long Seed);
