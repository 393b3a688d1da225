using System.Text.Json.Nodes;

namespace CifarVision.GpuCheck;

/// <summary>One line of the table.</summary>
/// <param name="Section">The section that gave it.</param>
/// <param name="What">What was done.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="Unit">The unit of the two numbers.</param>
/// <param name="Ours">This library's number; null if there is none.</param>
/// <param name="PyTorchs">PyTorch's number; null if there is none.</param>
/// <param name="Remark">Anything else that a reader needs.</param>
internal sealed record Row(string Section, string What, Outcome Outcome, string Unit = "", double? Ours = null, double? PyTorchs = null, string Remark = "")
{
    /// <summary>Ours by PyTorch's; null if one is missing.</summary>
    public double? Ratio => Ours is { } ours && PyTorchs is > 0 and { } theirs ? ours / theirs : null;

    public JsonObject ToJson() => new()
    {
        ["section"] = Section,
        ["what"] = What,
        ["outcome"] = Outcome.ToString(),
        ["unit"] = Unit,
        ["ours"] = Ours,
        ["pytorch"] = PyTorchs,
        ["ratio"] = Ratio,
        ["remark"] = Remark,
    };

    public string ToText() => FormattableString.Invariant(
        $"{Section,-9} {What,-40} {(Outcome == Outcome.NotRun ? "not run" : Outcome.ToString()),-8} {Number(Ours),12} {Number(PyTorchs),12} {Number(Ratio),8} {Unit,-9} {Remark.ReplaceLineEndings(" ")}").TrimEnd();

    public static string Header => $"{"section",-9} {"what",-40} {"outcome",-8} {"ours",12} {"PyTorch",12} {"ratio",8} unit";

    private static string Number(double? value) => value switch
    {
        null => "",
        >= 100 and { } large => FormattableString.Invariant($"{large:N0}"),
        { } small => FormattableString.Invariant($"{small:G4}"),
    };
}
