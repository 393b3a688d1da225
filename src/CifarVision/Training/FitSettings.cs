using CifarVision.Callbacks;
using CifarVision.Datasets;

namespace CifarVision.Training;

/// <summary>The numeric arguments of all overloads of Fit, checked in one place.</summary>
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
    /// <param name="owner">The model's class, for the message.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public void Check(string owner)
    {
        AtLeastOne(BatchSize, "batchSize", owner);
        AtLeastOne(ValidationBatchSize, "validationBatchSize", owner);
        AtLeastOne(StepsPerEpoch, "stepsPerEpoch", owner);
        AtLeastOne(ValidationSteps, "validationSteps", owner);
        AtLeastOne(ValidationFreq, "validationFreq", owner);
        AtLeastOne(Epochs, "epochs", owner);
        CheckVerbose(Verbose, owner);
        Require(InitialEpoch >= 0 && InitialEpoch <= Epochs, "initialEpoch", $"{owner}: initialEpoch must be from 0 to epochs ({Epochs}), but was {InitialEpoch}. Training ends before the epoch of index epochs, so raise epochs to train further.");
    }

    /// <summary>Returns the parameters that callbacks receive.</summary>
    public TrainingParameters Parameters(Epochs epochs, BatchSource? validation)
    {
        int validationBatch = ValidationBatchSize ?? BatchSize;
        int validationSteps = validation is null ? 0 : ValidationSteps ?? BatchOrder.CountBatches(validation.Count, validationBatch);
        long validationSamples = validation is null ? 0 : Math.Min(validation.Count, (long)validationSteps * validationBatch);
        return new TrainingParameters(Epochs, epochs.Steps, BatchSize, epochs.Samples, validationSteps, Verbose, InitialEpoch, validationSamples);
    }

    public static void CheckVerbose(int verbose, string owner) =>
        Require(verbose is >= 0 and <= 2, nameof(verbose), $"{owner}: verbose must be 0 (silent), 1 (bar) or 2 (a line per epoch), but was {verbose}.");

    public static void AtLeastOne(int? value, string name, string owner) => Require(value is not < 1, name, $"{owner}: {name} must be at least 1, but was {value}.");

    private static void Require(bool isTrue, string name, string message)
    {
        if (!isTrue)
            throw new ArgumentOutOfRangeException(name, message);
    }
}
