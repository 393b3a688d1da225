using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.House;

/// <summary>
/// Holds the compiled library to the rule that every scalar lives until libtorch has read it. The analyzer sees only what is written in the
/// source and listed in BannedSymbols.txt; this sees what was compiled, and finds in TorchSharp itself which members hide a scalar.
/// </summary>
public class TorchScalarTests
{
    public static TheoryData<string> Planted => [.. typeof(PlantedCalls).GetMethods()
        .Where(method => method.DeclaringType == typeof(PlantedCalls) && !method.Name.EndsWith("IsRight", StringComparison.Ordinal)).Select(method => method.Name)];

    [Fact]
    public void Library_HoldsEveryScalar() => Assert.Empty(TorchCalls.FindIn(typeof(Layer).Assembly.GetTypes()));

    [Fact]
    public void OwnClassesOfTheSample_HoldEveryScalar() =>
        Assert.Empty(TorchCalls.FindIn(typeof(Extending.OwnClasses).Assembly.GetTypes().Where(type => type.Namespace == nameof(Extending))));

    [Theory]
    [MemberData(nameof(Planted))]
    public void Check_OfAPlantedCall_FindsIt(string method) =>
        Assert.Contains(FindPlanted(), found => found.Contains(method, StringComparison.Ordinal));

    [Fact]
    public void Check_OfHeldScalars_LetsThemPass() =>
        Assert.DoesNotContain(FindPlanted(), found => found.Contains("IsRight", StringComparison.Ordinal) || found.Contains(".cctor", StringComparison.Ordinal));

    // Those that nobody would call in a library, such as distributions and printing, are left to the check of what was compiled.
    [Fact]
    public void BannedSymbols_ListsEveryMemberOfTheTypesThatTheLibraryCalls()
    {
        Type[] types = [typeof(Scalar), typeof(ScalarExtensionMethods), typeof(TensorExtensionMethods), typeof(torch), typeof(Tensor), typeof(torch.nn.functional), typeof(torch.linalg)];
        HashSet<string> listed = [.. Repository.Read("src", "CifarVision", "BannedSymbols.txt").Split('\n').Select(line => line.Split(';')[0])];

        Assert.Empty(TorchCalls.Banned.Where(method => method.IsPublic && types.Contains(method.DeclaringType)).Select(DocumentationId.Of).Except(listed));
    }

    private static IEnumerable<string> FindPlanted() => TorchCalls.FindIn(
        [typeof(PlantedCalls), .. typeof(PlantedCalls).GetNestedTypes(System.Reflection.BindingFlags.NonPublic)]);
}
