using System.Reflection;
using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Metrics;
using CifarVision.Models;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Runtime;

/// <summary>Whatever a program uses first, the library loads torch: TorchSharp alone fails on older systems, with a message that does not say what to do.</summary>
public class FirstUseTests
{
    [Theory]
    [InlineData(nameof(CallOfALayer))]
    [InlineData(nameof(CallOfAMergingLayer))]
    [InlineData(nameof(CallOfAnInitializer))]
    [InlineData(nameof(UpdateOfAConfusionMatrix))]
    [InlineData(nameof(StateOfAMetric))]
    [InlineData(nameof(RegularizationLossOfALayer))]
    [InlineData(nameof(PreprocessInputOfABuilder))]
    public void FirstUse_LoadsTorchByThisLibrary(string use)
    {
        // The first copy in a process installs the allocator, which other tests ask.
        TorchRuntime.EnsureLoaded();
        var context = new PluginContext(typeof(FirstUseTests).Assembly.Location);
        Type copy = context.LoadFromAssemblyName(typeof(FirstUseTests).Assembly.GetName()).GetType(typeof(FirstUseTests).FullName!)!;

        copy.GetMethod(use, BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, null);

        Assert.NotEqual(typeof(FirstUseTests), copy);
        Assert.True((bool)copy.GetMethod(nameof(IsLoaded), BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, null)!);
    }

    private static bool IsLoaded() => (bool)typeof(TorchRuntime).GetField("_isLoaded", BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!;

    private static void CallOfALayer() => new Flatten().Call(np.ones(new Shape(1, 2)));

    private static void CallOfAMergingLayer() => new Add().Call([np.ones(new Shape(1, 2)), np.ones(new Shape(1, 2))]);

    private static void CallOfAnInitializer() => new Orthogonal().Call(new TensorShape(2, 2));

    private static void UpdateOfAConfusionMatrix() => new ConfusionMatrix(2).Update(np.array(0, 1), np.ones(new Shape(2, 2)));

    private static void StateOfAMetric() => new Accuracy().SetState(new Dictionary<string, NDArray> { ["total"] = NDArray.Scalar(1f), ["count"] = NDArray.Scalar(2f) });

    private static void RegularizationLossOfALayer() => new Flatten().RegularizationLoss();

    private static void PreprocessInputOfABuilder() => MobileNetV2Builder.PreprocessInput(np.ones(new Shape(1, 2, 2, 3)));
}
