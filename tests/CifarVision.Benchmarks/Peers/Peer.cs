namespace CifarVision.Benchmarks.Peers;

/// <summary>One measurement and the process that makes it.</summary>
/// <param name="Name">For progress.</param>
/// <param name="Program">The program to start.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record Peer(string Name, string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Changes to the environment; null removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Whether one round is enough, because what is compared is compared inside the process.</summary>
    public bool OnceOnly { get; init; }
}
