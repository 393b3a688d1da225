using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CifarVision.Serialization;

namespace CifarVision.History;

public sealed partial class TrainingHistory
{
    // JSON has no NaN and infinities: they are written as the strings "NaN", "Infinity" and "-Infinity".
    private static readonly JsonSerializerOptions JsonFormat = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>
    /// Writes <c>{"epoch": [0, 1], "history": {"loss": [2.3, 1.9], "val_loss": [null, 2.1]}, "params": {"epochs": 2, ...}, "run": {"seed": 7, ...}}</c>. Each list
    /// of the history has one entry per epoch, null if the key was not logged. Numbers have full precision; NaN and infinities are the strings <c>"NaN"</c>,
    /// <c>"Infinity"</c> and <c>"-Infinity"</c>.
    /// </summary>
    /// <param name="path">The file. An old file is kept until the new one is complete.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveJson(string path)
    {
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, ToContent(), JsonFormat));
    }

    /// <summary>Reads a file of <see cref="SaveJson"/>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is not such a history; the message names the place.</exception>
    public static TrainingHistory LoadJson(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Content content;
        try
        {
            content = JsonSerializer.Deserialize<Content>(File.ReadAllText(path), JsonFormat) ?? throw new InvalidDataException("must be an object, but is null.");
            Require(content);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"TrainingHistory: '{path}', line {error.LineNumber + 1 ?? 1}: {error.Message}", error);
        }
        // Text that is no text, as half a surrogate pair, is an invalid operation.
        catch (Exception error) when (error is InvalidDataException or InvalidOperationException)
        {
            throw new InvalidDataException($"TrainingHistory: '{path}': {error.Message}", error);
        }

        var history = new TrainingHistory(content.Params);
        history.Replace(content);
        return history;
    }

    /// <summary>Returns the epochs as in a JSON file.</summary>
    internal JsonNode ToJson() => JsonSerializer.SerializeToNode(ToContent(), JsonFormat)!;

    /// <summary>Replaces all epochs by the result of <see cref="ToJson"/>.</summary>
    /// <exception cref="InvalidDataException">The JSON has another form.</exception>
    internal void Replace(JsonNode json)
    {
        Content content = json.Deserialize<Content>(JsonFormat) ?? throw new InvalidDataException("must be an object, but is null.");
        Require(content);
        Replace(content);
    }

    private static void Require(Content content)
    {
        foreach ((string key, double?[]? values) in content.History)
        {
            if (values?.Length != content.Epoch.Length)
                throw new InvalidDataException($"'{key}' must have one entry an epoch, {content.Epoch.Length}, but {(values is null ? "is null" : $"has {values.Length}")}.");
        }

        if (content.Run is { } run && run.EpochSeconds.Count != content.Epoch.Length)
            throw new InvalidDataException($"epochSeconds must have one entry an epoch, {content.Epoch.Length}, but has {run.EpochSeconds.Count}.");
        for (int i = 0; i < content.Epoch.Length; i++)
        {
            if (content.Epoch[i] < 0 || (i > 0 && content.Epoch[i] <= content.Epoch[i - 1]))
                throw new InvalidDataException($"epochs must ascend from 0, but entry {i} is {content.Epoch[i]}.");
        }
    }

    private Content ToContent()
    {
        (int Epoch, double?[] Values)[] rows = [.. Rows()];
        var history = new Dictionary<string, double?[]>();
        foreach (string key in _history.Keys)
        {
            int column = history.Count;
            history.Add(key, [.. rows.Select(row => row.Values[column])]);
        }

        return new Content([.. _epoch], history, new Dictionary<string, int>(Params), Run);
    }

    private void Replace(Content content)
    {
        _epoch.Clear();
        _history.Clear();
        _series.Clear();
        Run = content.Run;
        for (int i = 0; i < content.Epoch.Length; i++)
            Add(content.Epoch[i], content.History.Where(pair => pair.Value[i] is not null).Select(pair => KeyValuePair.Create(pair.Key, pair.Value[i]!.Value)));
    }

    private sealed record Content(
        int[] Epoch,
        Dictionary<string, double?[]> History,
        Dictionary<string, int> Params,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TrainingRun? Run = null);
}
