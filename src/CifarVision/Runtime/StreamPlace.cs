namespace CifarVision.Runtime;

/// <summary>A place in a <see cref="RandomStream"/> under the seed in force.</summary>
/// <param name="Name">The stream's name.</param>
/// <param name="Counter">How many words were drawn.</param>
internal sealed record StreamPlace(string Name, long Counter);
