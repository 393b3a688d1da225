namespace CifarVision.Callbacks;

/// <summary>Stops training as soon as the loss is not finite, and reports it (Keras: TerminateOnNaN).</summary>
/// <remarks>Reads the loss after every batch, which waits for the device.</remarks>
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
        context.StopTraining();
    }
}
