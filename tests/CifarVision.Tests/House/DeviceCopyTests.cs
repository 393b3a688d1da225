using System.Reflection;
using System.Text.RegularExpressions;
using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Tests.House;

/// <summary>
/// Holds the compiled library to the rule that nothing is copied to or from the device within a training step. It lists what can copy, and the
/// methods that may call it because they run before or after the steps. Tests with meta tensors find what mixes devices, but not copies.
/// </summary>
public partial class DeviceCopyTests
{
    // What runs within a step. Of Training only the feed may copy, which is what it is for.
    private static readonly string[] Folders = ["Layers", "Losses", "Metrics", "Optimizers", "Regularizers", "Constraints", "Graphs"];
    private static readonly Type[] Types = [typeof(RandomStream), typeof(TorchMath), typeof(WeightCasts), typeof(Weight), typeof(InitialTensor)];

    // What may copy, and why.
    private static readonly HashSet<string> Allowed =
    [
        // Building, compiling and resuming.
        "InitialTensor.Create -> Tensor.get_bytes", "Weight.ToArray -> ArrayConversion.ToNDArray", "Weight.Assign -> ArrayConversion.ToTensor", "Weight.Converted -> Tensor.to", "Normalization.Moments -> torch.tensor", "Normalization.Moments -> Tensor.to", "Normalization.Moments -> ArrayConversion.ToTensor",
        "Normalization.Moments -> ArrayConversion.ToNDArray", "Optimizer.FollowWeights -> Tensor.to", "Optimizer.AddSlots -> ArrayConversion.ToNDArray", "Optimizer.CopyInto -> ArrayConversion.ToTensor",
        "DeviceTotals.Add -> Tensor.to", "DeviceTotals.GetState -> ArrayConversion.ToNDArray", "DeviceTotals.SetState -> ArrayConversion.ToTensor",

        // Results, which a callback or the end of an epoch asks for.
        "DeviceTotals.Read -> Tensor.cpu", "DeviceTotals.Read -> Tensor.data",

        // Calls with arrays, and weights of samples that are not from a feed.
        "Layer.Call -> ArrayConversion.ToTensor", "Layer.Call -> ArrayConversion.ToNDArray", "ConfusionMatrix.Update -> ArrayConversion.ToTensor", "SampleValues.Weights -> Tensor.to",

        // On the CPU: whether a mean is far from zero, the number of erased values, masks there, and numbers for devices that do not draw themselves; tensors without axes, which kernels take by value.
        "BatchNormalization.IsFarFromZero -> Tensor.data", "RandomErasing.CountValues -> Tensor.data", "RandomStream.DrawMask -> Tensor.get_bytes", "RandomStream.DrawMask -> Tensor.to", "RandomStream.NextUniform -> torch.tensor",
        "RandomStream.NextUniformOfRows -> torch.tensor", "RandomStream.NextNormalPart -> torch.tensor", "TorchMath.ShiftRight -> torch.tensor", "TorchMath.ShiftRightInPlace -> torch.tensor", "TorchMath.AndInPlace -> torch.tensor",
    ];

    [Fact]
    public void CodeWithinSteps_CopiesNothingToOrFromTheDevice()
    {
        string[] copies = [.. typeof(Layer).Assembly.GetTypes()
            .Where(type => Types.Contains(type) || Folders.Any(folder => type.Namespace == $"CifarVision.{folder}"))
            .SelectMany(TorchCalls.Methods)
            .Where(method => !Exports(method))
            .SelectMany(method => TorchCalls.CalledBy(method).Where(Copies).Select(called => $"{NameOf(method)} -> {called.DeclaringType!.Name}.{called.Name}"))
            .Distinct()];

        Assert.True(copies.All(Allowed.Contains), string.Join('\n', copies.Where(copy => !Allowed.Contains(copy))));
        Assert.Equal([], Allowed.Except(copies));
    }

    [Theory]
    [InlineData(nameof(PlantedUpload))]
    [InlineData(nameof(PlantedMove))]
    [InlineData(nameof(PlantedReading))]
    [InlineData(nameof(PlantedSelection))]
    public void Check_OfAPlantedCopy_FindsIt(string method) =>
        Assert.Contains(TorchCalls.CalledBy(typeof(DeviceCopyTests).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!), Copies);

    [Fact]
    public void Check_OfAConversion_LetsItPass() =>
        Assert.DoesNotContain(TorchCalls.CalledBy(typeof(DeviceCopyTests).GetMethod(nameof(PlantedConversion), BindingFlags.NonPublic | BindingFlags.Static)!), Copies);

    // torch.set_default_device would decide where a tensor is made whose device is left out.
    [Fact]
    public void Sources_NameTheDeviceOfEveryNewTensor()
    {
        string source = Path.Combine(Testing.Repository.Root, "src", "CifarVision");
        IEnumerable<string> nameless = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            // The probe of libtorch runs before a program can have set a default device.
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal) && Path.GetFileName(path) != "LibtorchProbe.cs")
            .SelectMany(path => File.ReadLines(path).Where(line => NewTensor().IsMatch(line) && !NamesDevice().IsMatch(line)).Select(line => $"{Path.GetFileName(path)}: {line.Trim()}"));

        Assert.Empty(nameless);
    }

    private static bool Copies(MethodBase method) => method.DeclaringType == typeof(ArrayConversion)
        ? method.Name is nameof(ArrayConversion.ToTensor) or nameof(ArrayConversion.ToNDArray)
        : method.DeclaringType == typeof(torch)
            ? method.Name is "tensor" or "from_array" or "as_tensor" or "frombuffer" or "nonzero" or "masked_select" or "equal" or "allclose"
            : method.DeclaringType == typeof(Tensor) && (method.Name is "cpu" or "cuda" or "item" or "data" or "get_bytes" or "nonzero" or "masked_select" or "equal" or "allclose"
                || (method.Name is "to" && method.GetParameters().Any(parameter => parameter.ParameterType == typeof(torch.Device) || parameter.ParameterType == typeof(DeviceType))));

    private static bool Exports(MethodBase method) => NameOf(method).Contains("Onnx", StringComparison.Ordinal) || NameOf(method).Contains("Export", StringComparison.Ordinal)
        || method.GetParameters().Any(parameter => parameter.ParameterType == typeof(CifarVision.Formats.OnnxGraph));

    private static string NameOf(MethodBase method)
    {
        string type = (method.DeclaringType!.DeclaringType ?? method.DeclaringType).Name;
        return $"{type}.{(Generated().Match(method.Name) is { Success: true } match ? match.Groups[1].Value : method.Name)}";
    }

    private static Tensor PlantedUpload(Tensor x) => torch.tensor([1f], device: x.device);

    private static Tensor PlantedMove(Tensor x, Tensor y) => x.to(y.device);

    private static float PlantedReading(Tensor x) => x.item<float>();

    private static Tensor PlantedSelection(Tensor x, Tensor mask) => x.masked_select(mask);

    private static Tensor PlantedConversion(Tensor x) => x.to(ScalarType.BFloat16);

    [GeneratedRegex(@"^<(\w+)>")]
    private static partial Regex Generated();

    [GeneratedRegex(@"torch\.(empty|zeros|ones|tensor|full|arange|eye|linspace|rand\w*)\(")]
    private static partial Regex NewTensor();

    [GeneratedRegex(@"[dD]evice|torch\.CPU")]
    private static partial Regex NamesDevice();
}
