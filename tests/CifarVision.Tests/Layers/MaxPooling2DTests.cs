using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;
using Padding = CifarVision.Layers.Padding;

namespace CifarVision.Tests.Layers;

public class MaxPooling2DTests
{
    [Theory]
    [InlineData(Padding.Valid, 2, 2)]
    [InlineData(Padding.Same, 2, 2)]
    [InlineData(Padding.Same, 3, 2)]
    [InlineData(Padding.Same, 2, 1)]
    public void Contract_Holds(Padding padding, int size, int stride) =>
        LayerContract.Check(() => new MaxPooling2D(size, stride, padding), (5, 4, 2));

    [Fact]
    public void Create_NoArguments_IsKerasDefault()
    {
        var layer = new MaxPooling2D();

        Assert.Equal(((Size2D)2, (Size2D)2, Padding.Valid), (layer.PoolSize, layer.Strides, layer.Padding));
        Assert.Equal("max_pooling2d", layer.Name);
    }

    [Fact]
    public void Create_SizeAlone_IsTheStrideToo() => Assert.Equal((3, 2), new MaxPooling2D((3, 2)).Strides);

    [Fact]
    public void Forward_AllEqual_FirstOfTheWindowGetsTheGradient()
    {
        using var scope = torch.NewDisposeScope();
        Tensor x = torch.zeros(1, 4, 4, 3).requires_grad_();

        new MaxPooling2D().Forward(x, training: true).sum().backward();

        Tensor expected = torch.zeros(1, 4, 4, 3);
        foreach ((int row, int column) in new[] { (0, 0), (0, 2), (2, 0), (2, 2) })
            expected[0, row, column] = torch.ones(3);
        Assert.True(expected.equal(x.grad!).all().item<bool>());
    }

    [Fact]
    public void Build_ImageSmallerThanWindow_NamesBoth()
    {
        var error = Assert.Throws<ArgumentException>(() => new MaxPooling2D(4).Build((3, 8, 1)));

        Assert.Equal("MaxPooling2D: the window (4, 4) must fit into the input, but was larger than (None, 3, 8, 1). Use Padding.Same or a smaller window.", error.Message);
    }

    [Fact]
    public void Build_NoImage_SaysWhatIsExpected()
    {
        var error = Assert.Throws<ArgumentException>(() => new MaxPooling2D().Build(10));

        Assert.Equal("MaxPooling2D: expected input of rank 4 (batch, height, width, channels), but was (None, 10). Give it images.", error.Message);
    }
}
