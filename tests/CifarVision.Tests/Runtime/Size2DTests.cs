using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Runtime;

public class Size2DTests
{
    [Fact]
    public void Conversion_FromANumber_IsASquare()
    {
        Size2D size = 3;

        Assert.Equal(new Size2D(3, 3), size);
    }

    [Fact]
    public void Conversion_FromAPair_IsHeightThenWidth()
    {
        Size2D size = (2, 5);

        Assert.Equal(2, size.Height);
        Assert.Equal(5, size.Width);
    }

    [Fact]
    public void Equals_HeightAndWidthSwapped_IsFalse() => Assert.NotEqual(new Size2D(2, 5), new Size2D(5, 2));

    [Fact]
    public void ToString_AnyCulture_IsAsKerasPrintsIt()
    {
        using var culture = new CultureScope("sv-SE");

        Assert.Equal("(-1, 5)", new Size2D(-1, 5).ToString());
    }
}
