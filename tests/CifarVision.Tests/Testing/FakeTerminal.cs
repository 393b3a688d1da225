using System.Globalization;
using System.Text;
using Spectre.Console;

namespace CifarVision.Tests.Testing;

/// <summary>A terminal in memory: knows the control characters that live lines use, and shows what a person would see.</summary>
internal sealed class FakeTerminal : TextWriter
{
    private readonly List<StringBuilder> _rows = [new()];
    private readonly StringBuilder _written = new();
    private readonly int _width;
    private readonly int _height;
    private string? _escape;
    private int _row;
    private int _column;

    public FakeTerminal(int width = 151, int height = 30)
    {
        (_width, _height) = (width, height);
        Spectre = Console(this);
    }

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>The terminal as Spectre.Console sees it.</summary>
    public IAnsiConsole Spectre { get; }

    /// <summary>What stands in it, from the first line ever printed to the last that is not empty.</summary>
    public string Screen => string.Join('\n', _rows.Select(row => row.ToString().TrimEnd())).TrimEnd('\n');

    /// <summary>All that was written, control characters included.</summary>
    public string Written => _written.ToString();

    /// <summary>Whether the cursor stands at the begin of an empty line.</summary>
    public bool IsOnEmptyLine => _column == 0 && string.IsNullOrWhiteSpace(_rows[_row].ToString());

    /// <summary>The same terminal behind another writer, as <c>Console.Out</c> wraps the one it is given.</summary>
    public IAnsiConsole Console(TextWriter writer)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = _width;
        console.Profile.Height = _height;
        return console;
    }

    public override void Write(char value)
    {
        _written.Append(value);
        if (_escape is not null)
            Escape(value);
        else if (value == '\e')
            _escape = "";
        else if (value == '\r')
            _column = 0;
        else if (value == '\n')
            NextLine();
        else
            Put(value);
    }

    private void Put(char value)
    {
        if (_column == _width)
            NextLine();
        StringBuilder row = _rows[_row];
        row.Append(' ', Math.Max(0, _column + 1 - row.Length));
        row[_column++] = value;
    }

    private void NextLine()
    {
        _column = 0;
        if (++_row == _rows.Count)
            _rows.Add(new StringBuilder());
    }

    private void Escape(char value)
    {
        if (value == '[' || char.IsAsciiDigit(value))
        {
            _escape += value;
            return;
        }

        switch (value)
        {
            case 'A':
                // What has scrolled out of the window cannot be reached.
                _row = Math.Max(Math.Max(0, _rows.Count - _height), _row - int.Parse(_escape!.AsSpan(1), CultureInfo.InvariantCulture));
                break;
            case 'K':
                EraseRest(_row);
                break;
            case 'J':
                EraseRest(_row);
                _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
                break;
            case 'm':
                break;
            default:
                throw new NotSupportedException($"FakeTerminal: ESC{_escape}{value}");
        }

        _escape = null;
    }

    private void EraseRest(int row) => _rows[row].Length = Math.Min(_rows[row].Length, _column);
}
