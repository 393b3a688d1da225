using CifarVision.Callbacks;

namespace CifarVision.Tests.Callbacks;

public class LogsTests
{
    [Fact]
    public void Keys_AnyOrderGiven_AreInTheOrderOfKeras()
    {
        var logs = new Logs(new Dictionary<string, double> { ["val_loss"] = 1, ["loss"] = 2, ["val_accuracy"] = 3, ["top_k"] = 4, ["accuracy"] = 5 });

        logs["learning_rate"] = 6;

        Assert.Equal(["accuracy", "loss", "top_k", "val_accuracy", "val_loss", "learning_rate"], logs.Keys);
    }

    [Fact]
    public void AddValidation_CompileOrder_ComesSortedBehindTraining()
    {
        var logs = new Logs(new Dictionary<string, double> { ["loss"] = 1, ["accuracy"] = 2 });

        logs.AddValidation(new Dictionary<string, double> { ["loss"] = 3, ["accuracy"] = 4 });

        Assert.Equal("accuracy: 2, loss: 1, val_accuracy: 4, val_loss: 3", string.Join(", ", logs.Select(pair => $"{pair.Key}: {pair.Value}")));
    }

    [Fact]
    public void Lazy_NotAskedFor_IsNotRead()
    {
        int reads = 0;
        var logs = new Logs(() =>
        {
            reads++;
            return new Dictionary<string, double> { ["loss"] = 2 };
        });

        Assert.Equal(0, reads);
        Assert.Equal(2, logs["loss"]);
        Assert.True(logs.TryGetValue("loss", out _));
        Assert.Equal(1, reads);
    }

    [Fact]
    public void Indexer_UnknownKey_ListsThoseThereAre()
    {
        var logs = new Logs(new Dictionary<string, double> { ["loss"] = 1, ["accuracy"] = 2 });

        var error = Assert.Throws<KeyNotFoundException>(() => logs["acc"]);

        Assert.Equal("Logs: key must be one of accuracy, loss, but was 'acc'.", error.Message);
    }
}
