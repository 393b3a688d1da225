using System.Text;

namespace CifarVision.Callbacks.Progress;

/// <summary>Stands for standard output while there are live lines, which would be torn by what the program prints itself.</summary>
internal sealed class PrintAboveWriter(LiveLines lines, Encoding encoding) : TextWriter
{
    public override Encoding Encoding => encoding;

    public override void Write(char value) => lines.PrintAbove([value]);

    public override void Write(char[] buffer, int index, int count) => lines.PrintAbove(buffer.AsSpan(index, count));
}
