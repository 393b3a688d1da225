namespace TransferLearning;

/// <summary>What the command line asked for.</summary>
internal sealed record TransferOptions(
    string? Folder,
    string? Model,
    string Layer,
    int Epochs,
    int FineTuningEpochs,
    double FineTuningRate,
    int BatchSize,
    double ValidationSplit,
    long Seed,
    string Output);
