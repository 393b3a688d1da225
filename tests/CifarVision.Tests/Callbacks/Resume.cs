using System.Text.Json.Nodes;
using CifarVision.Callbacks;
using CifarVision.Optimizers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Callbacks;

/// <summary>Interrupts a scripted run and goes on with a fresh callback, whose state went through text as in a file.</summary>
internal static class Resume
{
    /// <summary>Plays the first epochs with one callback and the others with another.</summary>
    /// <param name="done">Epochs before the interruption.</param>
    /// <param name="first">Makes the callback before.</param>
    /// <param name="second">The callback after.</param>
    /// <param name="key">The figure.</param>
    /// <param name="script">Its values.</param>
    /// <returns>The second run and its number of epochs.</returns>
    public static (ScriptedRun Run, int Epochs) After(int done, Func<Callback> first, Callback second, string key, double[] script)
    {
        var optimizer = new SGD(learningRate: 0.1);
        Callback before = first();
        string? state = null;
        IReadOnlyDictionary<string, NDArray>? arrays = null;
        // What a backup does: it stands last and saves at the end of each epoch, and the run then breaks off without a train end.
        var interrupted = new ScriptedRun(before, new LambdaCallback(onEpochEnd: (_, epoch, _) =>
        {
            state = before.GetState()?.ToJsonString();
            arrays = before.GetStateArrays();
            if (epoch == done - 1)
                throw new OperationCanceledException();
        }))
        { Optimizer = optimizer };
        Assert.Throws<OperationCanceledException>(() => interrupted.Fit(key, script));

        var rest = new ScriptedRun(second)
        {
            Optimizer = optimizer,
            InitialEpoch = done,
            AfterTrainBegin = () =>
            {
                if (state is not null)
                    second.SetState(JsonNode.Parse(state)!.AsObject());
                second.SetStateArrays(arrays!);
            },
        };
        return (rest, rest.Fit(key, script[done..]));
    }
}
