namespace CifarVision.Callbacks;

/// <summary>Stops training as soon as the loss is not finite, and reports it (Keras: TerminateOnNaN).</summary>
/// <remarks>
/// A second line names the epoch, the step, and the input, weight or layer whose values were the first that are not finite. The callback reads
/// the loss of every batch, which waits for the device.
/// </remarks>
public sealed class TerminateOnNaN : Callback
{
    private readonly TextWriter? _output;

    /// <summary>Creates the callback.</summary>
    /// <param name="output">Where the end of training is reported; null, the default, for the console.</param>
    public TerminateOnNaN(TextWriter? output = null) => _output = output;

    internal override bool ChangesModel => false;

    /// <inheritdoc/>
    public override void OnTrainBatchEnd(TrainingContext context, int batch, Logs logs)
    {
        if (double.IsFinite(logs["loss"]))
            return;
        context.WriteLine(FormattableString.Invariant($"Batch {batch}: Invalid loss, terminating training"), _output);
        if (context.NotFiniteCause is { } cause)
            context.WriteLine(FormattableString.Invariant($"Epoch {context.Epoch + 1}, step {batch + 1}: {cause}"), _output);
        context.StopTraining();
    }
}
