using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CifarVision.Callbacks;
using CifarVision.Layers;
using CifarVision.Losses;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Training.Resuming;

/// <summary>Backups whose checksum is right and whose content is not: an error that names the file, and the model stays as it was.</summary>
public sealed class ForgedBackupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Backup => Path.Combine(_folder.File("backup"), "backup-000001.safetensors");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("$.Layers['sequential/dense']", null, "the layer sequential/dense must be among those of the backup")]
    [InlineData("$.Identity.Facts.batchSize", "null", "batchSize must be")]
    [InlineData("$.Callbacks.HistoryRecorder.history.epoch", "[]", "must have one entry an epoch, 0")]
    [InlineData("$.Callbacks.HistoryRecorder.last", "null", "must be one of this run")]
    [InlineData("$.Callbacks.HistoryRecorder.last", "[7]", "must be one of this run")]
    [InlineData("$.Callbacks.HistoryRecorder.last", "[\"no_such_key\"]", "must be one of this run")]
    [InlineData("$.Epoch", "-1", "epoch and step must be from 0")]
    [InlineData("$.Step", "99", "the step at most")]
    [InlineData("$.Epoch", null, "must be a backup that this library wrote")]
    [InlineData("$.Shuffling", "null", "must be a backup that this library wrote")]
    [InlineData("$.Pass", "{\"DrawnAt\": 0, \"Position\": 1000}", "must be from 0 to 8")]
    [InlineData("$.OptimizedWeights", "[\"sequential/dense/nothing\"]", "sequential/dense/nothing is not")]
    public void Fit_ForgedBackup_IsRefusedAndLeavesTheModelAsItWas(string place, string? value, string message)
    {
        using (Sequential first = Model())
            Train(first, epochs: 1);
        Forge(place, value);
        using Sequential model = Model();
        float[] before = Values(model);

        var error = Assert.Throws<InvalidDataException>(() => Train(model, epochs: 2));

        Assert.Contains("backup-000001.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Values(model));
    }

    [Fact]
    public void Fit_FolderOfAnotherRun_IsRefusedAndFreeAfterwards()
    {
        using Sequential model = Model();
        var other = new LambdaCallback(onEpochEnd: (_, _, _) =>
        {
            using Sequential second = Model();
            var error = Assert.Throws<IOException>(() => Train(second, epochs: 1));
            Assert.Contains("another run is using", error.Message, StringComparison.Ordinal);
        });
        model.Fit(np.ones(new Shape(8, 4), np.float32), np.ones(new Shape(8, 2), np.float32), batchSize: 4, epochs: 1, verbose: 0, callbacks: [new BackupAndRestore(_folder.File("backup"), deleteCheckpoint: false), other]);

        Train(model, epochs: 2);

        Assert.Equal(["backup-000001.safetensors", "backup-000002.safetensors"], Directory.GetFileSystemEntries(_folder.File("backup")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Reopen_BackupThatNamesAnotherFile_LeavesItAlone()
    {
        string other = _folder.File("other.tfevents.txt");
        File.WriteAllText(other, "mine");
        var board = new TensorBoard(_folder.File("logs"));

        board.SetState(new JsonObject { ["train"] = new JsonObject { ["path"] = other, ["length"] = 0L } });

        Assert.Equal("mine", File.ReadAllText(other));
    }

    [Theory]
    [InlineData("notes.txt", 0)]
    [InlineData("events.out.tfevents.1.v2", -1)]
    public void Reopen_NameOrLengthOfNoEventFile_IsRefused(string name, long length)
    {
        var board = new TensorBoard(_folder.File("logs"));

        Assert.Throws<InvalidDataException>(() => board.SetState(new JsonObject { ["train"] = new JsonObject { ["path"] = name, ["length"] = length } }));
    }

    private static Sequential Model()
    {
        var model = new Sequential(4, new Dense(2));
        model.Compile(new SGD(), new MeanSquaredError());
        return model;
    }

    private void Train(Sequential model, int epochs) =>
        model.Fit(np.ones(new Shape(8, 4), np.float32), np.ones(new Shape(8, 2), np.float32), batchSize: 4, epochs: epochs, verbose: 0, callbacks: [new BackupAndRestore(_folder.File("backup"), deleteCheckpoint: false)]);

    private static float[] Values(Sequential model) => [.. model.GetWeights().SelectMany(weight => weight.ToArray<float>())];

    // Changes a value in state.json, or removes it, and writes the file anew with the right places and the right checksum.
    private void Forge(string place, string? value)
    {
        byte[] file = File.ReadAllBytes(Backup);
        int headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        JsonObject header = JsonNode.Parse(file.AsSpan(8, headerLength))!.AsObject();
        int start = 8 + headerLength;
        int oldLength = (int)header["state.json"]!["data_offsets"]![1]!;
        JsonNode state = JsonNode.Parse(file.AsSpan(start, oldLength))!;
        Set(state, place, value);
        byte[] json = Encoding.UTF8.GetBytes(state.ToJsonString());
        header["state.json"]!["shape"] = new JsonArray(json.Length);
        foreach ((string name, JsonNode? entry) in header)
        {
            if (name == "__metadata__")
                continue;
            JsonArray offsets = entry!["data_offsets"]!.AsArray();
            int moved = json.Length - oldLength;
            offsets[0] = name == "state.json" ? 0 : (int)offsets[0]! + moved;
            offsets[1] = (int)offsets[1]! + moved;
        }

        byte[] newHeader = Encoding.UTF8.GetBytes(header.ToJsonString());
        byte[] prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, newHeader.Length);
        byte[] whole = [.. prefix, .. newHeader, .. json, .. file.AsSpan(start + oldLength)];
        SHA256.HashData(whole.AsSpan(..^32)).CopyTo(whole.AsSpan(^32..));
        File.WriteAllBytes(Backup, whole);
    }

    private static void Set(JsonNode state, string place, string? value)
    {
        string[] keys = place.Contains('[', StringComparison.Ordinal)
            ? [.. place[2..].Split("['").Select(key => key.TrimEnd('\'', ']'))]
            : place[2..].Split('.');
        JsonObject parent = keys[..^1].Aggregate(state, (node, key) => node[key]!).AsObject();
        Assert.True(parent.Remove(keys[^1]), $"{place} is not in {state.ToJsonString()}");
        if (value is not null)
            parent[keys[^1]] = JsonNode.Parse(value);
    }
}
