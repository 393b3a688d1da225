using CifarVision.Callbacks;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Callbacks;

public class PythonFormatTests
{
    [Theory]
    [InlineData(0.40119, 4, "0.4012")]
    [InlineData(17.0 / 32, 4, "0.5312")]
    [InlineData(19.0 / 32, 4, "0.5938")]
    [InlineData(-17.0 / 32, 4, "-0.5312")]
    [InlineData(0.125, 2, "0.12")]
    [InlineData(0.375, 2, "0.38")]
    [InlineData(0.45, 1, "0.5")]
    [InlineData(0.25, 1, "0.2")]
    [InlineData(2.5, 0, "2")]
    [InlineData(3.5, 0, "4")]
    [InlineData(123456.78125, 4, "123456.7812")]
    [InlineData(double.NaN, 4, "nan")]
    [InlineData(double.PositiveInfinity, 4, "inf")]
    [InlineData(double.NegativeInfinity, 0, "-inf")]
    public void Fixed_AnyNumber_IsWhatPythonWrites(double value, int decimals, string expected) =>
        Assert.Equal(expected, PythonFormat.Fixed(value, decimals));

    [Theory]
    [InlineData(0.0005, 4, "5.0000e-04")]
    [InlineData(0, 4, "0.0000e+00")]
    [InlineData(-0.00012346, 3, "-1.235e-04")]
    [InlineData(12345, 0, "1e+04")]
    [InlineData(1e-120, 1, "1.0e-120")]
    [InlineData(double.NaN, 4, "nan")]
    public void Exponent_AnyNumber_IsWhatPythonWrites(double value, int decimals, string expected) =>
        Assert.Equal(expected, PythonFormat.Exponent(value, decimals));

    [Theory]
    [InlineData(1, "1.0")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(1e-5, "1e-05")]
    [InlineData(1.5e-7, "1.5e-07")]
    [InlineData(1234567890123456, "1234567890123456.0")]
    [InlineData(1e17, "1e+17")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void Shortest_AnyNumber_IsWhatPythonWrites(double value, string expected) => Assert.Equal(expected, PythonFormat.Shortest(value));

    [Fact]
    public void Numbers_CultureWithDecimalComma_HaveAPoint()
    {
        using var culture = new CultureScope("de-DE");

        Assert.Equal("0.5000 5.0e-01", $"{PythonFormat.Fixed(0.5, 4)} {PythonFormat.Exponent(0.5, 1)}");
    }
}
