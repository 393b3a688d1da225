using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Runtime;

public class ArrayConversionTests
{
    public static TheoryData<Type, ScalarType> ElementTypes => new()
    {
        { typeof(float), ScalarType.Float32 },
        { typeof(double), ScalarType.Float64 },
        { typeof(byte), ScalarType.Byte },
        { typeof(int), ScalarType.Int32 },
        { typeof(long), ScalarType.Int64 },
        { typeof(bool), ScalarType.Bool },
    };

    [Theory]
    [MemberData(nameof(ElementTypes))]
    public void BothWays_EachElementType_KeepsTypeShapeAndValues(Type type, ScalarType expected)
    {
        NDArray array = np.arange(24).reshape(2, 3, 4).astype(type);

        using Tensor tensor = ArrayConversion.ToTensor(array, torch.CPU);
        NDArray back = ArrayConversion.ToNDArray(tensor);

        Assert.Equal(expected, tensor.dtype);
        Assert.Equal([2L, 3, 4], tensor.shape);
        Assert.Equal(type, back.dtype);
        Near.Absolute(array, back, 0);
    }

    [Theory]
    [InlineData(typeof(short))]
    [InlineData(typeof(ulong))]
    [InlineData(typeof(decimal))]
    public void ToTensor_OtherElementType_ThrowsNamingIt(Type type)
    {
        var error = Assert.Throws<ArgumentException>(() => ArrayConversion.ToTensor(np.arange(3).astype(type), torch.CPU));

        Assert.Contains($"but was {type.Name}", error.Message);
    }

    [Theory]
    [InlineData("3:7")]
    [InlineData("3:7, 1:3")]
    [InlineData("::2")]
    [InlineData("::-1")]
    [InlineData("..., 2")]
    [InlineData("5")]
    public void ToTensor_Slice_TakesTheSliceOnly(string slice)
    {
        NDArray array = np.arange(80).astype(np.float32).reshape(10, 4, 2)[":, :, 1"];
        NDArray view = array[slice];
        float[] expected = [.. view.flat.Cast<float>()];

        using Tensor tensor = ArrayConversion.ToTensor(view, torch.CPU);

        Assert.Equal(view.shape, tensor.shape);
        Assert.Equal(expected, tensor.data<float>().ToArray());
    }

    [Fact]
    public void ToTensor_RowsOfAContiguousArray_StartsAtTheirOffset()
    {
        NDArray array = np.arange(40).reshape(10, 4);

        using Tensor tensor = ArrayConversion.ToTensor(array["3:7"], torch.CPU);

        Assert.Equal(Enumerable.Range(12, 16).Select(i => (long)i), tensor.data<long>().ToArray());
    }

    [Theory]
    [InlineData("0:2")]
    [InlineData("0:1, 0:2")]
    [InlineData("2:4", "0:1")]
    public void ToTensor_FirstRowsOfAContiguousArray_TakesThem(params string[] slices)
    {
        NDArray view = slices.Aggregate(np.arange(40).reshape(10, 4), (array, slice) => array[slice]);

        using Tensor tensor = ArrayConversion.ToTensor(view, torch.CPU);

        Assert.Equal(view.ToArray<long>(), tensor.data<long>().ToArray());
    }

    [Fact]
    public void Bytes_FirstRowsOfAContiguousArray_AreNotCopied()
    {
        NDArray array = np.zeros(new Shape(4, 2), typeof(byte));
        ArrayConversion.Bytes(array["0:2"])[3] = 9;

        Assert.Equal(9, array.GetByte(1, 1));
    }

    [Fact]
    public void ToTensor_TransposedView_TakesItsOrder()
    {
        NDArray array = np.arange(6).astype(np.int32).reshape(2, 3).T;

        using Tensor tensor = ArrayConversion.ToTensor(array, torch.CPU);

        Assert.Equal([3L, 2], tensor.shape);
        Assert.Equal([0, 3, 1, 4, 2, 5], tensor.data<int>().ToArray());
    }

    [Fact]
    public void ToTensor_BroadcastView_RepeatsItsValues()
    {
        NDArray array = np.broadcast_to(np.array([1, 2, 3]), new Shape(2, 3));

        using Tensor tensor = ArrayConversion.ToTensor(array, torch.CPU);

        Assert.Equal([1, 2, 3, 1, 2, 3], tensor.data<int>().ToArray());
    }

    [Fact]
    public void ToTensor_IsACopy()
    {
        NDArray array = np.zeros(new Shape(3));
        using Tensor tensor = ArrayConversion.ToTensor(array, torch.CPU);

        array[0] = 5.0;

        Assert.Equal(0, tensor[0].item<double>());
    }

    [Fact]
    public void BothWays_NoElements_KeepsTheShape()
    {
        using Tensor tensor = ArrayConversion.ToTensor(np.zeros(new Shape(0, 32, 3)), torch.CPU);

        Assert.Equal([0L, 32, 3], tensor.shape);
        Assert.Equal([0L, 32, 3], ArrayConversion.ToNDArray(tensor).shape);
    }

    [Fact]
    public void BothWays_Scalar_KeepsRankZero()
    {
        using Tensor tensor = ArrayConversion.ToTensor(NDArray.Scalar(2.5f), torch.CPU);

        Assert.Empty(tensor.shape);
        NDArray back = ArrayConversion.ToNDArray(tensor);
        Assert.Equal(0, back.ndim);
        Assert.Equal(2.5f, back.GetAtIndex<float>(0));
    }

    [Fact]
    public void ToNDArray_PermutedTensor_IsInRowMajorOrder()
    {
        using Tensor tensor = TorchMath.Arange(24, ScalarType.Float32, torch.CPU).reshape(2, 3, 4).permute(2, 0, 1);

        NDArray array = ArrayConversion.ToNDArray(tensor);

        Near.Absolute(np.transpose(np.arange(24).reshape(2, 3, 4), [2, 0, 1]), array, 0);
    }

    [Fact]
    public void ToNDArray_BFloat16_BecomesFloat32()
    {
        using Tensor tensor = torch.tensor([1.5f, -2.25f], dtype: ScalarType.BFloat16);

        NDArray array = ArrayConversion.ToNDArray(tensor);

        Assert.Equal(typeof(float), array.dtype);
        Near.Absolute(np.array([1.5f, -2.25f]), array, 0);
    }

    [Fact]
    public void ToNDArray_TensorWithGradient_IsACopyOfItsValues()
    {
        using Tensor tensor = torch.ones(3, requires_grad: true);

        NDArray array = ArrayConversion.ToNDArray(tensor);
        array[0] = 7f;

        Assert.Equal(3, tensor.sum().item<float>());
    }

    [Fact]
    public void BothWays_LeaveNoTensorBehindAndPrintNothing()
    {
        NDArray array = np.arange(24).astype(np.float32).reshape(2, 3, 4);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        string printed = StandardError.Capture(() =>
        {
            using Tensor tensor = ArrayConversion.ToTensor(array, torch.CPU);
            ArrayConversion.ToNDArray(tensor);
        });

        Assert.Empty(printed);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
