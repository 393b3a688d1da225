using CifarVision.Runtime;

namespace AlexNetCifar10;

/// <summary>The options of the command line.</summary>
internal sealed record TrainingOptions(
    string? Data,
    string Model,
    string Recipe,
    DTypePolicy? Precision,
    int? Epochs,
    int BatchSize,
    double? LearningRate,
    double ValidationSplit,
    int? Limit,
    string Device,
    long? Seed,
    int Verbose,
    string Output,
    string? Resume,
    string Distribute);
