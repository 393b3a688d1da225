using CifarVision.Callbacks;
using CifarVision.Datasets;

namespace CifarVision.Training;

/// <summary>The numbers that every form of Fit is given, checked in one place.</summary>
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

    /// <summary>Returns what callbacks are told of the run.</summary>
    public TrainingParameters Parameters(Epochs epochs, BatchSource? validation)
    {
        int validationBatch = ValidationBatchSize ?? BatchSize;
        int validationSteps = validation is null ? 0 : ValidationSteps ?? BatchOrder.CountBatches(validation.Count, validationBatch);
        long validationSamples = validation is null ? 0 : Math.Min(validation.Count, (long)validationSteps * validationBatch);
        return new TrainingParameters(Epochs, epochs.Steps, BatchSize, epochs.Samples, validationSteps, Verbose, InitialEpoch, validationSamples);
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
