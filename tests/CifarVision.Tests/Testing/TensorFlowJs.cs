using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CifarVision.Tests.Testing;

/// <summary>The real TensorFlow.js: one Node process for all tests, which ends with this one.</summary>
internal static class TensorFlowJs
{
    private const string Install = "npm ci --prefix tests/tensorflowjs";
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(3);
    private static readonly string Folder = Repository.PathOf("tests", "tensorflowjs");
    private static readonly Lazy<Process?> Node = new(Start);

    /// <summary>Whether a test may not be skipped, as in .ci/run.</summary>
    public static bool IsMust => Environment.GetEnvironmentVariable("CIFARVISION_REQUIRE_NODE") == "1";

    /// <summary>What TensorFlow.js predicts with an exported model.</summary>
    /// <param name="folder">The export.</param>
    /// <param name="x">(N, ...), float32.</param>
    public static NDArray Predict(string folder, NDArray x) => Assert.Single(PredictAll(folder, [x]));

    /// <summary>What TensorFlow.js predicts with an exported model of several inputs or outputs.</summary>
    /// <param name="folder">The export.</param>
    /// <param name="x">The inputs, each (N, ...), float32.</param>
    public static IReadOnlyList<NDArray> PredictAll(string folder, IReadOnlyList<NDArray> x)
    {
        JsonObject answer = Ask(folder, x);
        Assert.True(answer["error"] is null, $"TensorFlow.js: {answer["error"]}");
        return [.. answer["outputs"]!.AsArray().Select(output => np.array(output!["values"].Deserialize<float[]>()!).reshape(output["shape"].Deserialize<long[]>()!))];
    }

    /// <summary>TensorFlow.js' message about an export that it cannot load or run.</summary>
    public static string PredictError(string folder, NDArray x) =>
        Ask(folder, [x])["error"]?.GetValue<string>() ?? throw new InvalidOperationException("TensorFlow.js had nothing to complain of.");

    /// <summary>Skips the test where Node or the packages are missing; fails it where both are a must.</summary>
    public static void Require()
    {
        string? missing = !Directory.Exists(Path.Combine(Folder, "node_modules")) ? $"TensorFlow.js is not installed: {Install}"
            : Node.Value is null ? $"there is no node in the PATH: install Node 20 or newer, then {Install}"
            : null;
        Assert.False(IsMust && missing is not null, missing);
        Assert.SkipWhen(missing is not null, missing ?? "");
    }

    private static JsonObject Ask(string folder, IReadOnlyList<NDArray> x)
    {
        Require();
        var question = new { folder, inputs = x.Select(input => new { input.shape, values = input.astype(np.float32).ToArray<float>() }) };
        Node.Value!.StandardInput.WriteLine(JsonSerializer.Serialize(question));
        Task<string?> answer = Node.Value.StandardOutput.ReadLineAsync();
        Assert.True(answer.Wait(LongestWait) && answer.Result is not null, "TensorFlow.js gave no answer.");
        return JsonNode.Parse(answer.Result)!.AsObject();
    }

    private static Process? Start()
    {
        var start = new ProcessStartInfo("node", [Path.Combine(Folder, "predict.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        try
        {
            Process node = Process.Start(start)!;
            node.BeginErrorReadLine();
            return node;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
