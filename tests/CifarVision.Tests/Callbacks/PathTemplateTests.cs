using CifarVision.Callbacks;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Callbacks;

public class PathTemplateTests
{
    private static readonly Dictionary<string, double> Values = new() { ["epoch"] = 7, ["val_loss"] = 0.125, ["loss"] = -1.5, ["auc"] = 2, ["tiny"] = 1e-5 };

    [Theory]
    [InlineData("plain.keras", "plain.keras")]
    [InlineData("{epoch}", "7")]
    [InlineData("{epoch:d}", "7")]
    [InlineData("{epoch:02d}", "07")]
    [InlineData("{epoch:3d}", "  7")]
    [InlineData("{epoch:.1f}", "7.0")]
    [InlineData("{val_loss}", "0.125")]
    [InlineData("{val_loss:f}", "0.125000")]
    [InlineData("{val_loss:.2f}", "0.12")]
    [InlineData("{val_loss:.3e}", "1.250e-01")]
    [InlineData("{val_loss:8.3f}", "   0.125")]
    [InlineData("{loss:07.2f}", "-001.50")]
    [InlineData("{auc}", "2.0")]
    [InlineData("{tiny}", "1e-05")]
    [InlineData("{{epoch}}-{epoch}", "{epoch}-7")]
    public void Format_Field_IsWhatPythonWrites(string template, string expected)
    {
        using var culture = new CultureScope("de-DE");

        Assert.Equal(expected, new PathTemplate(template).Format(Values));
    }

    [Theory]
    [InlineData("{val_loss:.2}")]
    [InlineData("{val_loss:d}")]
    [InlineData("{epoch:x}")]
    [InlineData("{epoch")]
    [InlineData("epoch}")]
    [InlineData("{}")]
    public void Constructor_NoField_Throws(string template)
    {
        var error = Assert.Throws<ArgumentException>(() => new PathTemplate(template));

        Assert.Equal("filepath", error.ParamName);
        Assert.Contains($"but was '{template}' with '", error.Message);
    }
}
