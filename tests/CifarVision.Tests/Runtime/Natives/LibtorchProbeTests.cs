using CifarVision.Runtime;
using CifarVision.Runtime.Natives;

namespace CifarVision.Tests.Runtime.Natives;

public class LibtorchProbeTests
{
    public LibtorchProbeTests() => TorchRuntime.EnsureLoaded();

    [Fact]
    public void Failure_OfEachCallWithTheExpectedLibtorch_IsNone()
    {
        Assert.InRange(LibtorchProbe.Calls.Count, 20, 30);
        Assert.All(LibtorchProbe.Calls, call => Assert.Null(LibtorchProbe.Failure(call)));
        Assert.Null(LibtorchProbe.FirstFailure());
    }

    [Fact]
    public void Failure_OfEachCallWithAnotherValue_NamesBoth() => Assert.All(LibtorchProbe.Calls, call =>
    {
        double[] others = [.. call.Values.Select(value => value + 1e-6)];

        string failure = LibtorchProbe.Failure(call with { Values = others })!;

        Assert.StartsWith($"'{call.Name}' gave (", failure);
        Assert.EndsWith($" of shape ({string.Join(", ", call.Shape)}).", failure);
    });

    [Fact]
    public void Failure_OfEachCallWithAnotherShape_IsSaid() => Assert.All(LibtorchProbe.Calls, call => Assert.NotNull(LibtorchProbe.Failure(call with { Shape = [.. call.Shape, 1] })));

    [Fact]
    public void Failure_OfACallThatThrows_GivesTheReason()
    {
        LibtorchProbe.Call call = LibtorchProbe.Calls[0] with { Name = "mm", Compute = () => torch.ones([1, 2]).mm(torch.ones([3, 1])) };

        Assert.StartsWith("'mm' failed: mat1 and mat2 shapes cannot be multiplied", LibtorchProbe.Failure(call));
    }
}
