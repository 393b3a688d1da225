using CifarVision.Layers;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class PermuteTests
{
    [Fact]
    public void Contract_Holds() => LayerContract.Check(() => new Permute([3, 1, 2]), (2, 3, 4));

    [Fact]
    public void Forward_Matrices_TransposesEach() => Near.Absolute(
        np.array(new float[] { 1, 4, 2, 5, 3, 6 }).reshape(1, 3, 2), new Permute([2, 1]).Call(np.array(new float[] { 1, 2, 3, 4, 5, 6 }).reshape(1, 2, 3)), 0);

    [Theory]
    [InlineData(new[] { 0, 1 })]
    [InlineData(new[] { 1, 3 })]
    [InlineData(new[] { 1, 1 })]
    public void Create_DimsThatAreNone_AreRejected(int[] dims) => Assert.Equal(
        $"Permute: dims must hold each axis from 1 on once, but was [{string.Join(", ", dims)}]. (Parameter 'dims')", Assert.Throws<ArgumentException>(() => new Permute(dims)).Message);

    [Fact]
    public void Build_OtherRank_IsRejected() => Assert.Contains("expected input of rank 3, the batch and 2 axes", Assert.Throws<ArgumentException>(() => new Permute([2, 1]).Build((2, 3, 4))).Message, StringComparison.Ordinal);
}
