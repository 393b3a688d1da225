namespace CifarVision.Fuzz;

/// <summary>A part of a file that is changed by itself.</summary>
/// <param name="Name">The name of a member; empty where there is none.</param>
/// <param name="Bytes">Its content.</param>
/// <param name="IsJson">Whether it is JSON, whose values are changed.</param>
public sealed record Part(string Name, byte[] Bytes, bool IsJson = false);
