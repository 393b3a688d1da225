namespace CifarVision.Fuzz;

/// <summary>Whether a file may be as it is after a fault.</summary>
/// <param name="file">Its bytes.</param>
/// <param name="old">Its bytes before the fault; null if it is new.</param>
/// <param name="isKilled">Whether the process was killed, which may cut the last of what it appended.</param>
internal delegate bool FileCheck(ReadOnlySpan<byte> file, byte[]? old, bool isKilled);
