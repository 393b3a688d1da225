using CifarVision.History;

namespace CifarVision.Callbacks;

/// <summary>Writes each epoch's figures into the history that Fit returns (Keras: the History callback).</summary>
internal sealed class HistoryRecorder(TrainingHistory history) : Callback
{
    public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs) => history.Add(epoch, logs);
}
