namespace CifarVision.GpuCheck;

/// <summary>A part of the check that stands for itself.</summary>
/// <param name="Name">As in <c>--only</c>.</param>
/// <param name="Title">What the table says of it where it gives no line of its own.</param>
/// <param name="Run">Does it and gives its lines.</param>
internal sealed record Section(string Name, string Title, Func<Check, IEnumerable<Row>> Run);
