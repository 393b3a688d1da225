using CifarVision.History;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.History;

public sealed class TrainingHistoryTests
{
    [Fact]
    public void History_Keys_AreSortedAsInKeras()
    {
        TrainingHistory history = Histories.Of(new Dictionary<string, double> { ["val_loss"] = 4, ["loss"] = 2, ["val_accuracy"] = 3, ["accuracy"] = 1, ["learning_rate"] = 0.1 });
        Assert.Equal(["accuracy", "learning_rate", "loss", "val_accuracy", "val_loss"], history.History.Keys);
    }

    [Fact]
    public void History_KeyThatIsMissingInSomeEpochs_HoldsTheEpochsThatLoggedIt()
    {
        TrainingHistory history = Histories.WithGaps();
        Assert.Equal([0, 1, 2, 3], history.Epoch);
        Assert.Equal([2.5, 2, 1.5, 1], history.History["loss"]);
        Assert.Equal([2.25, 1.25], history.History["val_loss"]);
        Assert.Equal([1, 3], history.EpochsOf("val_loss"));
    }

    [Fact]
    public void History_IsAView_ThatCannotBeChangedFromOutside()
    {
        TrainingHistory history = Histories.WithGaps();
        Assert.True(((ICollection<double>)history.History["loss"]).IsReadOnly);
        Assert.True(((ICollection<int>)history.Epoch).IsReadOnly);
        Assert.True(((IDictionary<string, IReadOnlyList<double>>)history.History).IsReadOnly);
    }

    [Fact]
    public void Params_GivenToTheRecorder_AreKept()
    {
        var history = new TrainingHistory(new Dictionary<string, int> { ["verbose"] = 1, ["epochs"] = 2, ["steps"] = 10 });
        Assert.Equal([new("epochs", 2), new("steps", 10), new("verbose", 1)], history.Params);
    }

    [Theory]
    [InlineData("loss", 4, 0.5)]
    [InlineData("accuracy", 1, 0.75)]
    public void Best_DirectionFollowsTheName_FirstOfEqualsWins(string key, int epoch, double value)
    {
        TrainingHistory history = Histories.Of(
            new() { ["loss"] = double.NaN, ["accuracy"] = 0.25 },
            new() { ["loss"] = 2, ["accuracy"] = 0.75 },
            new() { ["loss"] = 1, ["accuracy"] = 0.5 },
            new() { ["loss"] = double.PositiveInfinity, ["accuracy"] = double.NaN },
            new() { ["loss"] = 0.5, ["accuracy"] = 0.75 });
        Assert.Equal((epoch, value), history.Best(key));
    }

    [Fact]
    public void Best_KeyWithGaps_GivesTheEpochAndNotTheIndex() => Assert.Equal((3, 1.25), Histories.WithGaps().Best("val_loss"));

    [Fact]
    public void Best_NameThatTellsNoDirection_NeedsIt()
    {
        TrainingHistory history = Histories.Of(new Dictionary<string, double> { ["learning_rate"] = 0.1 }, new() { ["learning_rate"] = 0.01 });
        var error = Assert.Throws<ArgumentException>(() => history.Best("learning_rate"));
        Assert.StartsWith("TrainingHistory: the name 'learning_rate' does not tell whether low or high is better. Pass lowerIsBetter.", error.Message, StringComparison.Ordinal);
        Assert.Equal((1, 0.01), history.Best("learning_rate", lowerIsBetter: true));
        Assert.Equal((0, 0.1), history.Best("learning_rate", lowerIsBetter: false));
    }

    [Fact]
    public void Best_OnlyNan_IsAnError()
    {
        TrainingHistory history = Histories.Of(new Dictionary<string, double> { ["loss"] = double.NaN });
        var error = Assert.Throws<InvalidOperationException>(() => history.Best("loss"));
        Assert.Equal("TrainingHistory: 'loss' has no best epoch, since all its values are nan.", error.Message);
    }

    [Fact]
    public void UnknownKey_Error_ListsThoseThatExist()
    {
        const string Expected = "TrainingHistory: key must be one of loss, val_loss, but was 'accuracy'.";
        TrainingHistory history = Histories.WithGaps();
        Assert.StartsWith(Expected, Assert.Throws<ArgumentException>(() => history.EpochsOf("accuracy")).Message, StringComparison.Ordinal);
        Assert.StartsWith(Expected, Assert.Throws<ArgumentException>(() => history.Best("accuracy")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_EpochThatDoesNotAscend_IsAnError() =>
        Assert.Throws<InvalidOperationException>(() => Histories.WithGaps().Add(3, []));

    [Fact]
    public void Rows_GiveEveryEpoch_NullWhereNothingWasLogged()
    {
        (int Epoch, double?[] Values)[] rows = [.. Histories.WithGaps().Rows()];
        Assert.Equal([0, 1, 2, 3], rows.Select(row => row.Epoch));
        Assert.Equal([null, 2.25, null, 1.25], rows.Select(row => row.Values[1]));
    }

    [Fact]
    public void ToString_UnderADecimalComma_PrintsPoints()
    {
        using var german = new CultureScope("de-DE");
        Assert.Equal("4 epochs - loss: 1 - val_loss: 1.25", Histories.WithGaps().ToString());
        Assert.Equal("0 epochs", new TrainingHistory().ToString());
    }
}
