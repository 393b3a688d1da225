using System.Text.Json.Nodes;

namespace CifarVision.GpuCheck;

/// <summary>The installed PyTorch, through pytorch_check.py. <c>CIFARVISION_PYTHON</c> names another Python than <c>python3</c>.</summary>
internal static class PyTorch
{
    private static readonly string Python = Environment.GetEnvironmentVariable("CIFARVISION_PYTHON") is { Length: > 0 } value ? value : "python3";

    /// <summary>Why there is nothing to compare with; null if there is.</summary>
    public static string? Obstacle(TimeSpan time)
    {
        try
        {
            Child.Run("PyTorch", Python, ["-c", "import numpy, torch"], time);
            return null;
        }
        catch (ChildFailedException failure)
        {
            return $"without PyTorch: {failure.Message.ReplaceLineEndings(" ")}";
        }
    }

    /// <summary>Runs the script with a command, as this program's own.</summary>
    public static JsonObject Run(string what, IEnumerable<string> arguments, TimeSpan time) =>
        Child.Run($"PyTorch's {what}", Python, [Child.Beside("pytorch_check.py"), .. arguments], time).Result($"PyTorch's {what}");
}
