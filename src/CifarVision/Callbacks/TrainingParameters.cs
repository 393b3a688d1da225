namespace CifarVision.Callbacks;

/// <summary>The arguments of Fit, Evaluate or Predict (Keras: <c>callback.params</c>).</summary>
/// <param name="Epochs">The index of the last epoch plus one; 1 outside Fit.</param>
/// <param name="Steps">The batches of an epoch, of an evaluation or of a prediction.</param>
/// <param name="BatchSize">Samples per batch; the last may hold fewer.</param>
/// <param name="Samples">Samples per epoch; of the training part when a validation part was split off.</param>
/// <param name="ValidationSteps">The batches of one validation; 0 without.</param>
/// <param name="Verbose">0 silent, 1 a bar, 2 a line per epoch.</param>
/// <param name="InitialEpoch">The epoch that Fit starts with, from 0.</param>
/// <param name="ValidationSamples">Samples per validation; 0 without.</param>
public sealed record TrainingParameters(
    int Epochs, int Steps, int BatchSize, long Samples, int ValidationSteps, int Verbose, int InitialEpoch = 0, long ValidationSamples = 0);
