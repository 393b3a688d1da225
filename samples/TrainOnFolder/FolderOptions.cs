namespace TrainOnFolder;

/// <summary>What the command line asked for.</summary>
internal sealed record FolderOptions(
    string? Folder,
    int Size,
    string Model,
    int Epochs,
    int BatchSize,
    double ValidationSplit,
    long Seed,
    string Output);
