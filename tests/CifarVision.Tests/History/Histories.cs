using CifarVision.History;

namespace CifarVision.Tests.History;

/// <summary>Histories for tests of what reads them.</summary>
internal static class Histories
{
    public static TrainingHistory Of(params Dictionary<string, double>[] epochs)
    {
        var history = new TrainingHistory(new Dictionary<string, int> { ["verbose"] = 1, ["epochs"] = epochs.Length, ["steps"] = 352 });
        for (int i = 0; i < epochs.Length; i++)
            history.Add(i, epochs[i]);
        return history;
    }

    /// <summary>Four epochs, validated every second one.</summary>
    public static TrainingHistory WithGaps() => Of(
        new() { ["loss"] = 2.5 },
        new() { ["loss"] = 2, ["val_loss"] = 2.25 },
        new() { ["loss"] = 1.5 },
        new() { ["loss"] = 1, ["val_loss"] = 1.25 });

    /// <summary>Numbers that a careless writer changes, and an epoch that logged nothing.</summary>
    public static TrainingHistory Awkward() => Of(
        new() { ["loss"] = 0.1 + 0.2, ["accuracy"] = 0.6458333134651184, ["top 5, \"best\""] = -0.0 },
        new() { ["loss"] = double.NaN, ["accuracy"] = double.Epsilon },
        [],
        new() { ["loss"] = double.PositiveInfinity, ["accuracy"] = double.MaxValue, ["learning_rate"] = 1e-5 },
        new() { ["loss"] = double.NegativeInfinity, ["accuracy"] = 1 / 3.0, ["learning_rate"] = 123456789.125 });

    public static void AssertSame(TrainingHistory expected, TrainingHistory actual)
    {
        Assert.Equal(expected.Epoch, actual.Epoch);
        Assert.Equal(expected.History.Keys, actual.History.Keys);
        foreach (string key in expected.History.Keys)
        {
            Assert.Equal(expected.EpochsOf(key), actual.EpochsOf(key));
            Assert.Equal(expected.History[key].Select(BitConverter.DoubleToInt64Bits), actual.History[key].Select(BitConverter.DoubleToInt64Bits));
        }
    }
}
