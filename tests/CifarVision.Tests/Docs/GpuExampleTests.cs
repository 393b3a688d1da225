using CifarVision.Losses;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Optimizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Docs;

/// <summary>The examples of docs/gpu.md, on whatever device there is.</summary>
public class GpuExampleTests
{
    [Fact]
    public void Device_Printed_IsTheDefault()
    {
        using var console = new QuietConsole();

        #region device
        Console.WriteLine($"{torch.cuda.is_available()}, {torch.cuda.device_count()} cards, {TorchRuntime.DefaultDevice}");
        #endregion

        Assert.Equal(torch.cuda.is_available() ? "True, " : "False, 0 cards, cpu", console.Printed.TrimEnd()[..(torch.cuda.is_available() ? 6 : 19)]);
    }

    [Fact]
    public void Device_Chosen_IsTheModels()
    {
        torch.Device before = TorchRuntime.DefaultDevice;
        using Sequential model = TinyTask.Model();
        const string name = "cpu";
        try
        {
            #region choose
            TorchRuntime.DefaultDevice = torch.device(name);      // "cpu", "cuda", "cuda:1", "mps"
            model.Compile(new Adam(), new CategoricalCrossentropy(), [new Accuracy()], device: torch.device(name));
            #endregion

            Assert.All(model.Weights, weight => Assert.Equal(DeviceType.CPU, weight.Value.device_type));
        }
        finally
        {
            TorchRuntime.DefaultDevice = before;
        }
    }
}
