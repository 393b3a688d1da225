using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Runtime;

public class WeightTests
{
    [Fact]
    public void Constructor_InsideAScope_OutlivesIt()
    {
        Weight weight;
        using (torch.NewDisposeScope())
            weight = new Weight("kernel", "dense/kernel", torch.ones(2, 3), trainable: true);

        Assert.False(weight.Value.IsInvalid);
        Assert.Equal([2L, 3], weight.Value.shape);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Trainable_DecidesWhetherATensorRecordsGradients(bool trainable)
    {
        Weight weight = New(torch.ones(2));

        weight.Trainable = trainable;

        Assert.Equal(trainable, weight.Trainable);
        Assert.Equal(trainable, weight.Value.requires_grad);
    }

    [Fact]
    public void Assign_Array_CopiesItIntoTheSameTensor()
    {
        Weight weight = New(torch.zeros(2, 3));
        Tensor tensor = weight.Value;
        NDArray values = np.arange(6).astype(np.float32).reshape(2, 3);

        weight.Assign(values);
        values[0, 0] = 9f;

        Assert.Same(tensor, weight.Value);
        Assert.True(weight.Value.requires_grad);
        Near.Absolute(np.arange(6).reshape(2, 3), weight.ToArray(), 0);
    }

    // The axes of a dense layer and of a convolution as they lie in memory, and others that only a user's module would have; 70 and more are
    // copied in blocks.
    [Theory]
    [InlineData(new long[] { 5, 4 }, new long[] { 1, 0 })]
    [InlineData(new long[] { 130, 70 }, new long[] { 1, 0 })]
    [InlineData(new long[] { 70, 3, 5, 9 }, new long[] { 1, 2, 3, 0 })]
    [InlineData(new long[] { 4, 3, 2, 5 }, new long[] { 2, 3, 1, 0 })]
    [InlineData(new long[] { 4, 3, 2 }, new long[] { 0, 2, 1 })]
    public void Assign_TensorInAnotherMemoryOrder_KeepsTheOrder(long[] inMemory, long[] order)
    {
        Weight weight = New(torch.empty(inMemory).permute(order));
        long[] strides = weight.Value.stride();
        NDArray values = np.arange(weight.Value.numel()).astype(np.float32).reshape(weight.Value.shape);

        weight.Assign(values);

        Assert.Equal(strides, weight.Value.stride());
        Near.Absolute(values, weight.ToArray(), 0);
    }

    [Fact]
    public void Assign_OtherNumberFormat_IsConverted()
    {
        Weight weight = New(torch.zeros(3));

        weight.Assign(np.array([1.5, 2.5, 3.5]));

        Assert.Equal(ScalarType.Float32, weight.Value.dtype);
        Near.Absolute(np.array([1.5, 2.5, 3.5]), weight.ToArray(), 0);
    }

    [Fact]
    public void Assign_OtherShape_ThrowsNamingBothAndChangesNothing()
    {
        Weight weight = New(torch.ones(2, 3));

        var error = Assert.Throws<ArgumentException>(() => weight.Assign(np.zeros(new Shape(3, 2))));

        Assert.StartsWith("Weight: values for dense/kernel must have the shape (2, 3), but was (3, 2).", error.Message);
        Near.Absolute(np.ones(new Shape(2, 3)), weight.ToArray(), 0);
    }

    [Fact]
    public void Assign_Null_Throws() => Assert.Throws<ArgumentNullException>(() => New(torch.ones(2)).Assign(null!));

    [Fact]
    public void Assign_LeavesNoTensorBehind()
    {
        Weight weight = New(torch.zeros(2, 3));
        NDArray values = np.zeros(new Shape(2, 3));
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        weight.Assign(values);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void ToArray_IsACopy()
    {
        Weight weight = New(torch.ones(2));

        NDArray copy = weight.ToArray();
        copy[0] = 5f;

        Near.Absolute(np.ones(new Shape(2)), weight.ToArray(), 0);
    }

    [Fact]
    public void ConvertTo_OtherFormat_KeepsValuesMemoryOrderAndTrainable()
    {
        Weight weight = New(TorchMath.Arange(20, ScalarType.Float32, torch.CPU).reshape(5, 4).permute(1, 0));
        NDArray before = weight.ToArray();
        Tensor old = weight.Value;

        weight.Replace(weight.Converted(ScalarType.Float64, torch.CPU)!);

        Assert.True(old.IsInvalid);
        Assert.Equal(ScalarType.Float64, weight.Value.dtype);
        Assert.Equal([1L, 4], weight.Value.stride());
        Assert.True(weight.Value.requires_grad);
        Assert.True(weight.Value.is_leaf);
        Near.Absolute(before, weight.ToArray(), 0);
    }

    [Fact]
    public void ConvertTo_SameFormat_KeepsTheTensor()
    {
        Weight weight = New(torch.ones(2));
        Tensor tensor = weight.Value;

        Assert.Null(weight.Converted(ScalarType.Float32, torch.CPU));

        Assert.Same(tensor, weight.Value);
    }

    private static Weight New(Tensor value) => new("kernel", "dense/kernel", value, trainable: true);
}
