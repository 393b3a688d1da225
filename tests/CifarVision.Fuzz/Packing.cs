namespace CifarVision.Fuzz;

/// <summary>How a file is taken apart, and put together with the right checksums, so that changes get past them.</summary>
/// <param name="Unpack">Takes a sound file apart.</param>
/// <param name="Pack">Puts it together.</param>
public sealed record Packing(Func<byte[], IReadOnlyList<Part>> Unpack, Func<IReadOnlyList<Part>, byte[]> Pack)
{
    /// <summary>A file of one part.</summary>
    public static Packing None { get; } = new(file => [new Part("", file)], parts => parts[0].Bytes);

    /// <summary>A file of JSON.</summary>
    public static Packing Json { get; } = new(file => [new Part("", file, IsJson: true)], parts => parts[0].Bytes);
}
