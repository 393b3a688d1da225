using System.Globalization;
using System.Runtime.InteropServices;

namespace CifarVision.Runtime.Natives;

/// <summary>
/// Calls with every kind of argument that TorchSharp passes to libtorch, and the results of 2.10.0. They detect a version with the same
/// symbols but changed types: tensors, shapes, options, scalars, indices, optional tensors, gradients and custom autograd functions.
/// </summary>
internal static class LibtorchProbe
{
    private const double Tolerance = 1e-12;

    /// <summary>The calls.</summary>
    public static IReadOnlyList<Call> Calls { get; } =
    [
        new("zeros", [2, 3], [0, 0, 0, 0, 0, 0], () => torch.zeros([2, 3], ScalarType.Float64)),
        new("full of int64", [2], [7, 7], () => TorchMath.Full(2, 7, ScalarType.Int64, torch.CPU)),
        new("reshape", [3, 2], [1, 2, 3, 4, 5, 6], () => X().reshape(3, 2)),
        new("permute", [3, 2], [1, 4, 2, 5, 3, 6], () => X().permute(1, 0).contiguous()),
        new("add a scalar", [2, 3], [2.5, 3.5, 4.5, 5.5, 6.5, 7.5], () => X().Add(1.5)),
        new("multiply and broadcast", [2, 3], [1, 20, 300, 4, 50, 600], () => X() * torch.tensor([1d, 10, 100])),
        new("clamp", [2, 3], [2, 2, 3, 4, 5, 5], () => X().Clamp(2, 5)),
        new("mm", [2, 2], [14, 32, 32, 77], () => X().mm(X().t())),
        new("sum of an axis", [3], [5, 7, 9], () => X().sum([0L])),
        new("mean, keeping the axis", [2, 1], [2, 5], () => X().mean([1], keepdim: true)),
        new("argmax", [2], [2, 2], () => X().argmax(1)),
        new("index by slices", [2, 2], [2, 3, 5, 6], () => X()[torch.TensorIndex.Ellipsis, torch.TensorIndex.Slice(1)]),
        new("index by a tensor", [3, 3], [4, 5, 6, 1, 2, 3, 4, 5, 6], () => X()[torch.TensorIndex.Tensor(torch.tensor([1L, 0, 1]))]),
        new("cat", [2, 4], [1, 2, 3, 1, 4, 5, 6, 4], () => torch.cat([X(), X().narrow(1, 0, 1)], 1)),
        new("relu", [2, 3], [0, 0, 0, 0, 1, 2], () => X().Subtract(4).relu()),
        new("softmax", [1, 4], [0.25, 0.25, 0.25, 0.25], () => torch.nn.functional.softmax(torch.zeros([1, 4], ScalarType.Float64), 1)),
        new("conv2d", [1, 1, 2, 2], [13, 17, 25, 29], () => torch.nn.functional.conv2d(Image(), torch.ones([1, 1, 2, 2], ScalarType.Float64), torch.ones([1], ScalarType.Float64))),
        new("max_pool2d", [1, 1, 2, 2], [5, 6, 8, 9], () => torch.nn.functional.max_pool2d(Image(), 2, 1)),
        new("batch_norm", [2, 1], [-1, 1], () => torch.nn.functional.batch_norm(torch.tensor([1d, 3], [2, 1]), torch.zeros([1], ScalarType.Float64), torch.ones([1], ScalarType.Float64), training: true, eps: 0)),
        new("cross_entropy", [], [1.3862943611198906], () => torch.nn.functional.cross_entropy(torch.zeros([2, 4], ScalarType.Float64), torch.tensor([3L, 0]))),
        new("to bfloat16", [2], [256, 258], () => torch.tensor([257d, 258]).to(ScalarType.BFloat16).to(ScalarType.Float64)),
        new("backward", [2, 3], [2, 4, 6, 8, 10, 12], () => GradientOf(x => (x * x).sum())),
        new("a function with a gradient of its own", [2, 3], [7, 7, 7, 7, 7, 7], () => GradientOf(x => Tripled.apply(x).sum())),
        new("that function's value", [2, 3], [3, 6, 9, 12, 15, 18], () => Tripled.apply(X())),
    ];

    /// <summary>Makes the calls. Returns a description of the first wrong result, as the end of a sentence; null if all are right.</summary>
    public static string? FirstFailure() => Calls.Select(Failure).FirstOrDefault(failure => failure is not null);

    /// <summary>Describes the result of a call; null if it is the recorded one.</summary>
    public static string? Failure(Call call)
    {
        using var scope = torch.NewDisposeScope();
        try
        {
            Tensor result = call.Compute();
            double[] values = result.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();
            bool isRight = result.shape.SequenceEqual(call.Shape) && values.Length == call.Values.Count
                && values.Zip(call.Values).All(pair => Math.Abs(pair.First - pair.Second) <= Tolerance * Math.Max(1, Math.Abs(pair.Second)));
            return isRight ? null : $"'{call.Name}' gave {Written(result.shape, values)} instead of {Written(call.Shape, call.Values)}.";
        }
        catch (Exception failure) when (failure is ExternalException or InvalidOperationException or ArgumentException)
        {
            return $"'{call.Name}' failed: {failure.Message.Split('\n')[0]}.";
        }
    }

    private static Tensor X() => torch.tensor([1d, 2, 3, 4, 5, 6], [2, 3]);

    private static Tensor Image() => torch.tensor([1d, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3]);

    private static Tensor GradientOf(Func<Tensor, Tensor> function)
    {
        Tensor x = X().requires_grad_();
        function(x).backward();
        return x.grad!;
    }

    private static string Written(IEnumerable<long> shape, IEnumerable<double> values) =>
        string.Create(CultureInfo.InvariantCulture, $"({string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture)))}) of shape ({string.Join(", ", shape)})");

    /// <summary>A call and its recorded result.</summary>
    /// <param name="Name">A description of the call.</param>
    /// <param name="Shape">The result's shape.</param>
    /// <param name="Values">The result's values, in row-major order.</param>
    /// <param name="Compute">Makes the call.</param>
    internal sealed record Call(string Name, IReadOnlyList<long> Shape, IReadOnlyList<double> Values, Func<Tensor> Compute);

    /// <summary>Three times the input, with a gradient that differs from torch's own.</summary>
    private sealed class Tripled : torch.autograd.SingleTensorFunction<Tripled>
    {
        public override string Name => nameof(Tripled);

        public override Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars) => ((Tensor)vars[0]).Multiply(3);

        public override List<Tensor> backward(torch.autograd.AutogradContext ctx, Tensor grad_output) => [grad_output.Multiply(7)];
    }
}
