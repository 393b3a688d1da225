using CifarVision.Models;
using CifarVision.Runtime;
using Mono.Cecil;

namespace CifarVision.Tests.House;

/// <summary>No number reaches torch but by <see cref="Scalars"/>: any other may be freed while torch reads it.</summary>
public class TorchNumberTests
{
    [Fact]
    public void Library_NumbersForTorch_AreKept()
    {
        using ModuleDefinition library = ModuleDefinition.ReadModule(typeof(Sequential).Assembly.Location);

        string[] others = [.. library.GetTypes()
            .Where(type => type.Name != nameof(Scalars))
            .SelectMany(type => type.Methods)
            .Where(method => method.HasBody && method.Body.Instructions.Any(instruction => instruction.Operand is MethodReference called && MakesScalar(called)))
            .Select(method => method.FullName)];

        Assert.Empty(others);
    }

    // By conversion, or inside an operator between a tensor and a number.
    private static bool MakesScalar(MethodReference called) => called.Name == "op_Implicit"
        ? called.ReturnType.Name == nameof(Scalar)
        : called.Name.StartsWith("op_", StringComparison.Ordinal) && called.DeclaringType.Name == nameof(Tensor) && called.Parameters.Any(parameter => parameter.ParameterType.IsPrimitive);
}
