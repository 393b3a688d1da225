using CifarVision.Layers;
using F = TorchSharp.torch.nn.functional;

namespace CifarVision.Tests.Layers;

/// <summary>Against torch's own pooling, bit for bit.</summary>
public class MaxPool2x2Tests
{
    private const int Batch = 3;
    private const int Height = 6;
    private const int Width = 8;
    private const int Channels = 32;

    public static TheoryData<ScalarType> Types => [ScalarType.Float32, ScalarType.BFloat16];

    public static TheoryData<float, float> SpecialNumbers => new()
    {
        { 0f, -0f },
        { -0f, 0f },
        { float.NegativeInfinity, float.PositiveInfinity },
        { float.NegativeInfinity, float.NegativeInfinity },
        { float.NaN, float.PositiveInfinity },
        { float.NaN, -1f },
        { 1e-40f, -1e-40f },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Pool_ManyTies_GivesTorchsValuesAndGradients(ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        AssertLikeTorch((torch.arange(Batch * Height * Width * Channels) % 5 - 2).to(type).reshape(Batch, Height, Width, Channels));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Pool_RandomNumbers_GivesTorchsValuesAndGradients(ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        AssertLikeTorch(torch.randn(Batch, Height, Width, Channels).to(type));
    }

    [Theory]
    [MemberData(nameof(SpecialNumbers))]
    public void Pool_SpecialNumbersAtEveryPlace_GivesTorchsValuesAndGradients(float one, float others)
    {
        using var scope = torch.NewDisposeScope();
        foreach (ScalarType type in Types.Select(row => row.Data))
        {
            for (int place = 0; place < 4; place++)
            {
                Tensor images = torch.full(1, 2, 2, Channels, others);
                images[0, place / 2, place % 2] = torch.tensor(one);
                AssertLikeTorch(images.to(type));
            }
        }
    }

    [Fact]
    public void Pool_NegativeNaN_WinsToo()
    {
        using var scope = torch.NewDisposeScope();
        Tensor images = torch.zeros(1, 2, 2, Channels);
        images[0, 1, 0] = torch.tensor(BitConverter.Int32BitsToSingle(unchecked((int)0xFFC0_0000)));

        AssertLikeTorch(images);
    }

    [Fact]
    public void Pool_WithoutGradient_GivesTheSameValues()
    {
        using var scope = torch.NewDisposeScope();
        Tensor images = torch.randn(Batch, Height, Width, Channels);
        Tensor recorded = MaxPool2x2.Pool(images.clone().requires_grad_());
        using var noGrad = torch.no_grad();

        Assert.True(recorded.requires_grad);
        Assert.Equal(recorded.bytes, MaxPool2x2.Pool(images).bytes);
    }

    [Fact]
    public void Pool_GradientOfTheGradient_IsTorchs()
    {
        using var scope = torch.NewDisposeScope();
        Tensor images = torch.randn(Batch, Height, Width, Channels);

        Assert.Equal(Curvature(PoolByTorch).bytes, Curvature(MaxPool2x2.Pool).bytes);

        // The gradient of the squared gradient of a sum of cubes.
        Tensor Curvature(Func<Tensor, Tensor> pool)
        {
            Tensor x = images.clone().requires_grad_();
            Tensor gradient = torch.autograd.grad([pool(x).pow(3).sum()], [x], retain_graph: true, create_graph: true)[0];
            return torch.autograd.grad([gradient.square().sum()], [x])[0].contiguous();
        }
    }

    [Fact]
    public void Takes_OnlyWhatTheLoopsCanDo()
    {
        using var scope = torch.NewDisposeScope();
        Tensor images = torch.zeros(Batch, Height, Width, Channels);

        Assert.True(MaxPool2x2.Takes(images));
        Assert.True(MaxPool2x2.Takes(images.to(ScalarType.BFloat16)));
        Assert.False(MaxPool2x2.Takes(images.to(ScalarType.Float64)));
        Assert.False(MaxPool2x2.Takes(images.narrow(1, 0, Height - 1).contiguous()));
        Assert.False(MaxPool2x2.Takes(images.narrow(2, 0, Width - 1).contiguous()));
        Assert.False(MaxPool2x2.Takes(images.narrow(3, 0, 6).contiguous()));
        Assert.False(MaxPool2x2.Takes(images.permute(0, 2, 1, 3)));
        Assert.False(MaxPool2x2.Takes(images.to(torch.META)));
    }

    [Fact]
    public void Pool_ForwardAndBackward_LeavesNoTensor()
    {
        using Tensor images = torch.randn(Batch, Height, Width, Channels).requires_grad_();
        Differentiate(images, MaxPool2x2.Pool);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int step = 0; step < 10; step++)
            Differentiate(images, MaxPool2x2.Pool);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        static void Differentiate(Tensor images, Func<Tensor, Tensor> pool)
        {
            using var scope = torch.NewDisposeScope();
            torch.autograd.grad([pool(images).sum()], [images]);
        }
    }

    private static void AssertLikeTorch(Tensor images)
    {
        (Tensor pooled, Tensor gradient) = Run(MaxPool2x2.Pool);
        (Tensor expected, Tensor expectedGradient) = Run(PoolByTorch);
        Assert.True(MaxPool2x2.Takes(images));
        Assert.Equal(expected.bytes, pooled.bytes);
        Assert.Equal(expectedGradient.bytes, gradient.bytes);

        (Tensor, Tensor) Run(Func<Tensor, Tensor> pool)
        {
            Tensor x = images.clone().requires_grad_();
            Tensor output = pool(x);
            Tensor outputGradient = (torch.arange(output.numel()) + 1).to(images.dtype).reshape(output.shape);
            return (output.detach().contiguous(), torch.autograd.grad([output], [x], [outputGradient])[0].contiguous());
        }
    }

    private static Tensor PoolByTorch(Tensor images) => F.max_pool2d(images.permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1);
}
