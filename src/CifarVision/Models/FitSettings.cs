namespace CifarVision.Models;

/// <summary>The numbers that both forms of Fit were given, checked once.</summary>
internal sealed record FitSettings(
    int BatchSize,
    int Epochs,
    int Verbose,
    bool Shuffle,
    int InitialEpoch,
    int? StepsPerEpoch,
    int? ValidationSteps,
    int? ValidationBatchSize,
    int ValidationFreq)
{
    public void Check()
    {
        AtLeastOne(BatchSize, "batchSize");
        AtLeastOne(ValidationBatchSize, "validationBatchSize");
        AtLeastOne(StepsPerEpoch, "stepsPerEpoch");
        AtLeastOne(ValidationSteps, "validationSteps");
        AtLeastOne(ValidationFreq, "validationFreq");
        AtLeastOne(Epochs, "epochs");
        CheckVerbose(Verbose);
        if (InitialEpoch < 0 || InitialEpoch > Epochs)
            throw new ArgumentOutOfRangeException("initialEpoch", $"Sequential: initialEpoch must be from 0 to epochs = {Epochs}, which is the index of the end, but was {InitialEpoch}.");
    }

    public static void CheckVerbose(int verbose)
    {
        if (verbose is < 0 or > 2)
            throw new ArgumentOutOfRangeException(nameof(verbose), $"Sequential: verbose must be 0 (silent), 1 (bar) or 2 (a line an epoch), but was {verbose}.");
    }

    public static void AtLeastOne(int? value, string name)
    {
        if (value < 1)
            throw new ArgumentOutOfRangeException(name, $"Sequential: {name} must be at least 1, but was {value}.");
    }
}
