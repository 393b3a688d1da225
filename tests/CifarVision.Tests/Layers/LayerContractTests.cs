using System.Reflection;
using CifarVision.Layers;
using CifarVision.Tests.Layers.Merging;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

/// <summary>Sees to it that no layer goes without the contract.</summary>
public class LayerContractTests
{
    public static TheoryData<string> LayerTypes =>
        [.. typeof(Layer).Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(Layer)) && type is { IsAbstract: false, Namespace: "CifarVision.Layers" })
            .Except([typeof(TorchModuleLayer)]) // has no config to be rebuilt from, and says so
            .Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(LayerTypes))]
    public void Layer_Public_HasTestsThatCheckTheContract(string layer)
    {
        bool merges = typeof(Layer).Assembly.GetType($"CifarVision.Layers.{layer}")!.IsSubclassOf(typeof(Merge));
        Type? tests = merges ? typeof(MergingLayersTests) : Type.GetType($"CifarVision.Tests.Layers.{layer}Tests");

        Assert.True(tests is not null, $"{layer} must have tests. Add tests/CifarVision.Tests/Layers/{layer}Tests.cs, which starts with LayerContract.Check.");
        Assert.True(tests.GetMethods().Any(CallsCheck), $"{tests.Name} must call LayerContract.Check. Add a test that calls it for {layer}.");
    }

    private static bool CallsCheck(MethodInfo method)
    {
        const byte call = 0x28;
        int check = typeof(LayerContract).GetMethod(nameof(LayerContract.Check))!.MetadataToken;
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        return Enumerable.Range(0, Math.Max(0, code.Length - sizeof(int))).Any(i => code[i] == call && BitConverter.ToInt32(code, i + 1) == check);
    }
}
