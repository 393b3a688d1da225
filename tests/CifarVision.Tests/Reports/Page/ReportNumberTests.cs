using CifarVision.Reports.Page;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Reports.Page;

public class ReportNumberTests
{
    [Theory]
    [InlineData(0.81234, "0.8123")]
    [InlineData(0.0000125, "1.25e-05")]
    [InlineData(0, "0")]
    [InlineData(12345678, "1.23e+07")]
    [InlineData(double.NaN, "nan")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void Value_OfAnyCulture_IsThatOfTheHistory(double value, string expected)
    {
        using var culture = new CultureScope("de-DE");
        Assert.Equal(expected, ReportNumber.Value(value));
    }

    [Theory]
    [InlineData(0.0123, "12 ms")]
    [InlineData(3.25, "3.2 s")]
    [InlineData(59.97, "1 min 0 s")]
    [InlineData(125, "2 min 5 s")]
    [InlineData(7320, "2 h 2 min")]
    public void Duration_HasTheTwoLargestUnits(double seconds, string expected) => Assert.Equal(expected, ReportNumber.Duration(seconds));

    [Theory]
    [InlineData(512, "512 B")]
    [InlineData(147_640_320, "141 MB")]
    [InlineData(2_480_000_000, "2.31 GB")]
    public void Bytes_HasAUnitThatFits(double bytes, string expected) => Assert.Equal(expected, ReportNumber.Bytes(bytes));
}
