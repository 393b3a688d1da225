namespace CifarVision.Callbacks;

/// <summary>Stops training as soon as the loss is no finite number, and says so (Keras: TerminateOnNaN).</summary>
/// <remarks>Reads the loss after every batch, which waits for the device.</remarks>
public sealed class TerminateOnNaN : Callback
{
    private readonly TextWriter? _output;

    /// <summary>Keeps where to print.</summary>
    /// <param name="output">Where to say that training stops; null, the default, for the console.</param>
    public TerminateOnNaN(TextWriter? output = null) => _output = output;

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(TrainingContext context, int batch, Logs logs)
    {
        if (double.IsFinite(logs["loss"]))
            return;
        context.WriteLine(FormattableString.Invariant($"Batch {batch}: Invalid loss, terminating training"), _output);
        context.StopTraining();
    }
}
