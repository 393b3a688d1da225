using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Runtime.Natives;

namespace CifarVision.GpuCheck;

/// <summary>What there is to compute with.</summary>
/// <param name="Card">The name of the graphics card; empty if torch has none.</param>
/// <param name="Libtorch">The version of libtorch.</param>
/// <param name="Folder">Where libtorch lies.</param>
/// <param name="Warning">What was said while it was loaded.</param>
internal sealed record Machine(string Card, string Libtorch, string Folder, string Warning)
{
    public static Machine Unknown { get; } = new("", "", "", "");

    public bool HasCard => Card.Length > 0;

    /// <summary>Loads libtorch in this process and looks.</summary>
    public static JsonObject Probe()
    {
        bool hasCard = TorchRuntime.DefaultDevice.type == DeviceType.CUDA;
        return new JsonObject
        {
            ["card"] = hasCard ? CudaDriver.DeviceName(0) ?? "a card without a name" : "",
            ["libtorch"] = LibtorchVersion.Decode(LibtorchVersion.OfLibrary()) ?? "unknown",
            ["folder"] = TorchRuntime.LibtorchFolder ?? AppContext.BaseDirectory,
        };
    }

    /// <summary>What <see cref="Probe"/> found in another process.</summary>
    public static Machine Of(Child probe)
    {
        JsonObject result = probe.Result("probe");
        return new Machine(Text("card"), Text("libtorch"), Text("folder"), probe.Errors.Trim());

        string Text(string key) => result[key]!.GetValue<string>();
    }

    public JsonObject ToJson() => new() { ["card"] = Card, ["libtorch"] = Libtorch, ["folder"] = Folder, ["processors"] = Environment.ProcessorCount, ["system"] = Environment.OSVersion.ToString() };

    public override string ToString() => $"{(HasCard ? Card : "no card: the short form on the CPU")}, libtorch {Libtorch} in {Folder}, .NET {Environment.Version}";
}
