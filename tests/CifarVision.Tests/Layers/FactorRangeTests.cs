using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Layers;

public class FactorRangeTests
{
    [Fact]
    public void Conversions_NumberAndPair_AreKeras()
    {
        FactorRange symmetric = 0.2;
        FactorRange negative = -0.2;
        FactorRange pair = (0.3, -0.1);

        Assert.Equal((-0.2, 0.2), (symmetric.Lower, symmetric.Upper));
        Assert.Equal(symmetric, negative);
        Assert.Equal((-0.1, 0.3), (pair.Lower, pair.Upper));
        Assert.Equal((0.0, 0.2), (symmetric.FromZero().Lower, symmetric.FromZero().Upper));
        Assert.Equal(pair, pair.FromZero());

        // A pair says both ends, also where they mirror each other.
        FactorRange mirrored = (-0.3, 0.3);
        Assert.Equal(mirrored, (FactorRange)0.3);
        Assert.Equal((-0.3, 0.3), (mirrored.FromZero().Lower, mirrored.FromZero().Upper));
    }

    [Fact]
    public void Draw_Range_FillsItEvenly()
    {
        float[] amounts = new FactorRange(-0.5, 1.5).Draw(new RandomStream(1, "test"), 100_000, torch.CPU, rank: 1).data<float>().ToArray();

        Assert.All(amounts, amount => Assert.InRange(amount, -0.5f, 1.5f));
        for (int quarter = 0; quarter < 4; quarter++)
        {
            int count = amounts.Count(amount => amount >= -0.5 + (0.5 * quarter) && amount < 0.5 * quarter);
            Assert.InRange(count, 25_000 - 550, 25_000 + 550);
        }
    }

    [Fact]
    public void ToString_AnyCulture_IsInvariant()
    {
        using var german = new CultureScope("de-DE");

        Assert.Equal("(-0.2, 0.3)", new FactorRange(-0.2, 0.3).ToString());
    }

    [Fact]
    public void Create_NotFinite_IsRejected()
    {
        Assert.Equal("lower", Assert.Throws<ArgumentOutOfRangeException>(() => new FactorRange(double.NaN, 1)).ParamName);
        Assert.Equal("upper", Assert.Throws<ArgumentOutOfRangeException>(() => new FactorRange(0, double.PositiveInfinity)).ParamName);
    }
}
