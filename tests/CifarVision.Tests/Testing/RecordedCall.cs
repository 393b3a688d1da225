namespace CifarVision.Tests.Testing;

/// <summary>A call of an operation of libtorch.</summary>
/// <param name="Name">As <c>aten::mul</c>.</param>
/// <param name="Depth">How many other calls it is part of.</param>
internal sealed record RecordedCall(string Name, int Depth)
{
    // What describes memory or allocates it, and what only calls others.
    private static readonly HashSet<string> WithoutKernel =
    [
        "aten::permute", "aten::as_strided", "aten::reshape", "aten::view", "aten::t", "aten::transpose", "aten::detach", "aten::narrow", "aten::slice", "aten::select", "aten::alias",
        "aten::expand", "aten::unsqueeze", "aten::squeeze", "aten::flatten", "aten::resolve_conj", "aten::set_", "detach", "aten::empty", "aten::empty_strided", "aten::empty_like", "aten::to",
        "aten::lift_fresh", "aten::detach_", "detach_", "aten::contiguous", "aten::movedim", "aten::expand_as", "aten::numpy_T", "aten::reshape_as", "aten::view_as", "aten::_reshape_alias",
    ];

    /// <summary>Whether it computes values itself.</summary>
    public bool Computes => !WithoutKernel.Contains(Name) && !Name.StartsWith("autograd::", StringComparison.Ordinal) && !Name.StartsWith("torch::autograd::", StringComparison.Ordinal)
        && !Name.Contains("Backward", StringComparison.Ordinal);
}
