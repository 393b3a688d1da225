using System.Diagnostics;
using CifarVision.Initializers;
using CifarVision.Layers;
using CifarVision.Regularizers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Layers;

public class Conv2DTests
{
    [Fact]
    public void Contract_Defaults_Holds() => LayerContract.Check(() => new Conv2D(3, 3), (4, 5, 2), ["kernel", "bias"]);

    [Fact]
    public void Contract_EverySetting_Holds() => LayerContract.Check(
        () => new Conv2D(
            4, (3, 2), (2, 1), Padding.Same, 1, 2, ActivationFunction.Softmax, true, new HeUniform(1), new Constant(0.5), new L2(0.1), new L1(0.2), name: "custom"),
        (5, 4, 2),
        ["kernel", "bias"]);

    [Fact]
    public void Contract_DilationWithoutBias_Holds() => LayerContract.Check(() => new Conv2D(2, 2, dilationRate: 2, useBias: false), (5, 4, 2), ["kernel"]);

    [Theory]
    [InlineData(3, 3, 1, 1, 1, Padding.Same)]
    [InlineData(2, 4, 1, 1, 2, Padding.Same)]
    [InlineData(3, 2, 2, 1, 1, Padding.Same)]
    [InlineData(3, 3, 1, 2, 2, Padding.Valid)]
    [InlineData(2, 3, 3, 1, 4, Padding.Valid)]
    public void Forward_AnySettings_IsTheNaiveSum(int height, int width, int stride, int dilation, int groups, Padding padding)
    {
        var layer = new Conv2D(8, (height, width), stride, padding, dilation, groups);
        NDArray x = ArrayConversion.ToNDArray(LayerContract.Numbers([2, 9, 8, 4], ScalarType.Float32, "x"));

        NDArray y = layer.Call(x);

        Near.Relative(Naive(x, layer, y.shape), y, 2e-6);
    }

    [Fact]
    public void Build_Kernel_LiesInMemoryAsTorchWantsIt()
    {
        var layer = new Conv2D(4, (3, 2));
        layer.Build((8, 8, 5));

        Assert.Equal([3L, 2L, 5L, 4L], layer.Weights[0].Value.shape);
        Assert.True(layer.Weights[0].Value.permute(3, 0, 1, 2).is_contiguous());
    }

    [Fact]
    public void Forward_Images_StayInChannelsLastMemory()
    {
        using var scope = torch.NewDisposeScope();

        Assert.True(new Conv2D(8, 3, padding: Padding.Same).Forward(torch.rand(2, 8, 8, 4), training: false).is_contiguous());
    }

    [Fact]
    public void Forward_OneImage_IsThatOfABatchWithItsGradients()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new Conv2D(4, 3, padding: Padding.Same);
        Tensor two = LayerContract.Numbers([2, 8, 8, 3], ScalarType.Float32, "x");
        layer.Build((8, 8, 3));
        (Tensor y, Tensor dx, Tensor dkernel) = Step(two);
        Tensor sum = torch.zeros_like(dkernel);
        for (int i = 0; i < 2; i++)
        {
            (Tensor yOne, Tensor dxOne, Tensor dkernelOne) = Step(two[i..(i + 1)]);
            Assert.Equal([1L, 8L, 8L, 4L], yOne.shape);
            Near.Relative(ArrayConversion.ToNDArray(y[i..(i + 1)]), yOne, 2e-6);
            Near.Relative(ArrayConversion.ToNDArray(dx[i..(i + 1)]), dxOne, 2e-6);
            sum += dkernelOne;
        }

        Near.Relative(ArrayConversion.ToNDArray(dkernel), sum, 2e-6);

        (Tensor Y, Tensor Dx, Tensor Dkernel) Step(Tensor images)
        {
            Tensor x = images.clone().requires_grad_();
            Tensor output = layer.Forward(x, training: true);
            (output * output).sum().backward();
            Tensor gradient = layer.Weights[0].Value.grad!.clone();
            layer.Weights[0].Value.grad = null;
            return (output.detach(), x.grad!, gradient);
        }
    }

    [Fact]
    public async Task Forward_OneImage_PrintsNothing()
    {
        // torch warns once a process, and on the native stderr: so a process of its own, which runs the test above.
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "CifarVision.Tests.exe" : "CifarVision.Tests");
        var start = new ProcessStartInfo(program, ["-method", $"{typeof(Conv2DTests).FullName}.{nameof(Forward_OneImage_IsThatOfABatchWithItsGradients)}", "-noLogo"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process child = Process.Start(start)!;
        Task<string> output = child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string errors = await child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Contains("Total: 1, Errors: 0, Failed: 0", await output, StringComparison.Ordinal);
        Assert.Equal("", errors);
    }

    [Fact]
    public void Create_FiltersUnderOne_IsRejected() => Assert.StartsWith(
        "Conv2D: filters must be at least 1, but was 0.", Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2D(0, 3)).Message, StringComparison.Ordinal);

    [Fact]
    public void Create_KernelUnderOne_IsRejected() => Assert.StartsWith(
        "Conv2D: kernelSize must be at least 1 in both directions, but was (3, 0).", Assert.Throws<ArgumentOutOfRangeException>(() => new Conv2D(1, (3, 0))).Message, StringComparison.Ordinal);

    [Fact]
    public void Create_GroupsDoNotDivideFilters_IsRejected() => Assert.StartsWith(
        "Conv2D: groups must divide filters, but was 2 for 3 filters.", Assert.Throws<ArgumentException>(() => new Conv2D(3, 3, groups: 2)).Message, StringComparison.Ordinal);

    [Fact]
    public void Create_StridesAndDilation_IsRejected() => Assert.StartsWith(
        "Conv2D: strides must be 1 where dilationRate is over 1, but was (2, 1) with (1, 2).",
        Assert.Throws<ArgumentException>(() => new Conv2D(3, 3, strides: (2, 1), dilationRate: (1, 2))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Build_GroupsDoNotDivideChannels_IsRejected() => Assert.Equal(
        "Conv2D: groups must divide the input's channels, but was 2 for (None, 8, 8, 3).", Assert.Throws<ArgumentException>(() => new Conv2D(4, 3, groups: 2).Build((8, 8, 3))).Message);

    [Fact]
    public void Build_ImageSmallerThanDilatedWindow_IsRejected() => Assert.Throws<ArgumentException>(() => new Conv2D(1, 3, dilationRate: 2).Build((4, 9, 1)));

    private static NDArray Naive(NDArray x, Conv2D layer, long[] shape)
    {
        NDArray kernel = layer.GetWeights()[0];
        var y = np.zeros(new Shape(shape), np.float64);
        (int height, int width) = (layer.KernelSize.Height, layer.KernelSize.Width);
        (int channels, int filters) = ((int)kernel.shape[2], layer.Filters / layer.Groups);
        int top = Front((int)x.shape[1], (int)shape[1], height);
        int left = Front((int)x.shape[2], (int)shape[2], width);
        foreach (int n in Enumerable.Range(0, (int)shape[0]))
            foreach (int row in Enumerable.Range(0, (int)shape[1]))
                foreach (int column in Enumerable.Range(0, (int)shape[2]))
                    foreach (int filter in Enumerable.Range(0, layer.Filters))
                    {
                        double sum = 0;
                        foreach (int i in Enumerable.Range(0, height))
                            foreach (int j in Enumerable.Range(0, width))
                                foreach (int channel in Enumerable.Range(0, channels))
                                {
                                    int at = (row * layer.Strides.Height) + (i * layer.DilationRate.Height) - top;
                                    int beside = (column * layer.Strides.Width) + (j * layer.DilationRate.Width) - left;
                                    if (at >= 0 && at < x.shape[1] && beside >= 0 && beside < x.shape[2])
                                        sum += (double)x.GetSingle(n, at, beside, (filter / filters * channels) + channel) * kernel.GetSingle(i, j, channel, filter);
                                }

                        y[n, row, column, filter] = sum;
                    }

        return y;

        int Front(int length, int count, int size) =>
            layer.Padding == Padding.Valid ? 0 : Math.Max(0, ((count - 1) * layer.Strides.Height) + ((size - 1) * layer.DilationRate.Height) + 1 - length) / 2;
    }
}
