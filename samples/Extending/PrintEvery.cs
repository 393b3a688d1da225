using System.Globalization;
using CifarVision.Callbacks;

namespace Extending;

#region callback
/// <summary>Prints the logs of every n-th epoch.</summary>
internal sealed class PrintEvery(int epochs, TextWriter? output = null) : Callback
{
    public override void OnEpochEnd(TrainingContext context, int epoch, Logs logs)
    {
        if ((epoch + 1) % epochs != 0)
            return;
        IEnumerable<string> figures = logs.Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key}: {figure.Value:F4}"));
        context.WriteLine($"epoch {epoch + 1} of {context.Parameters.Epochs} - {string.Join(" - ", figures)}", output);
    }
}
#endregion
