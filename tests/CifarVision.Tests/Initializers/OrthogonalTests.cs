using CifarVision.Initializers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Initializers;

public class OrthogonalTests
{
    [Theory]
    [InlineData(new[] { 6, 6 }, 1)]
    [InlineData(new[] { 9, 4 }, 1)]
    [InlineData(new[] { 4, 9 }, 2.5)]
    [InlineData(new[] { 3, 3, 2, 8 }, 0.5)]
    [InlineData(new[] { 1, 1, 3, 8 }, 1)]
    public void Call_AnyShape_ShorterAxisIsOrthonormalTimesGain(int[] shape, double gain)
    {
        using var scope = torch.NewDisposeScope();
        NDArray values = new Orthogonal(gain, seed: 3).Call(shape);

        Tensor matrix = ArrayConversion.ToTensor(values, torch.CPU).reshape(-1, shape[^1]).to(ScalarType.Float64);
        if (matrix.shape[0] < matrix.shape[1])
            matrix = matrix.t();

        Tensor gram = matrix.t().mm(matrix);
        Near.Absolute(ArrayConversion.ToNDArray(torch.eye(gram.shape[0], dtype: ScalarType.Float64).Multiply(gain * gain)), ArrayConversion.ToNDArray(gram), 2e-6 * gain * gain);
    }

    [Fact]
    public void Call_ManySeeds_DiagonalHasBothSigns()
    {
        int positive = Enumerable.Range(0, 200).Count(seed => Near.Doubles(new Orthogonal(seed: seed).Call((3, 3)))[0] > 0);

        Assert.InRange(positive, 70, 130);
    }

    [Fact]
    public void Call_Vector_Throws()
    {
        var error = Assert.Throws<ArgumentException>(() => new Orthogonal().Call(5));
        Assert.StartsWith("Orthogonal: shape must have at least two axes, but was (5,).", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_Kernel_LeavesNoTensorBehind()
    {
        new Orthogonal().Call((3, 3));
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        new Orthogonal().Call((8, 3));

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
