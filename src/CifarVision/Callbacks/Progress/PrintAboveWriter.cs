using System.Text;

namespace CifarVision.Callbacks.Progress;

/// <summary>Replaces standard output while there are live lines, so that the program's own output appears above them.</summary>
internal sealed class PrintAboveWriter(LiveLines lines, Encoding encoding) : TextWriter
{
    public override Encoding Encoding => encoding;

    public override void Write(char value) => lines.PrintAbove([value]);

    public override void Write(char[] buffer, int index, int count) => lines.PrintAbove(buffer.AsSpan(index, count));
}
