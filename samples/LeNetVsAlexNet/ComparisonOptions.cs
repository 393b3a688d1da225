namespace LeNetVsAlexNet;

/// <summary>What the command line asked for.</summary>
internal sealed record ComparisonOptions(string? Data, int Epochs, int BatchSize, int? Limit, long Seed, int Verbose, string Output);
