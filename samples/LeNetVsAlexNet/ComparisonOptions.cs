namespace LeNetVsAlexNet;

/// <summary>The options of the command line.</summary>
internal sealed record ComparisonOptions(string? Data, int Epochs, int BatchSize, int? Limit, long Seed, int Verbose, string Output);
