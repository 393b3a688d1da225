using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json.Nodes;
using CifarVision.Serialization;

namespace CifarVision.Callbacks;

/// <summary>
/// A file of scalars for TensorBoard: TensorFlow's record format (length, checksum, bytes, checksum) with its Event messages, which are
/// simple enough to be written here. TorchSharp's own writer gives every event a wall time of 0.
/// </summary>
internal sealed class EventFile
{
    private const string Mark = "tfevents";

    private static int _count;

    private readonly string _path;
    private readonly TimeProvider _clock;

    /// <summary>Creates a new file in a folder, which is created if needed.</summary>
    public EventFile(string folder, TimeProvider clock)
    {
        Directory.CreateDirectory(folder);
        _clock = clock;
        // TensorBoard reads files with tfevents in their names; the rest makes the name unique.
        string name = string.Create(
            CultureInfo.InvariantCulture,
            $"events.out.{Mark}.{clock.GetUtcNow().ToUnixTimeSeconds():D10}.{Environment.MachineName}.{Environment.ProcessId}.{Interlocked.Increment(ref _count)}.v2");
        _path = Path.Combine(folder, name);
        Append(message => WriteBytes(message, field: 3, "brain.Event:2"u8));
    }

    private EventFile(string path, TimeProvider clock, long length)
    {
        (_path, _clock) = (path, clock);
        using FileStream file = File.Open(path, FileMode.Open, FileAccess.Write);
        file.SetLength(Math.Min(length, file.Length));
    }

    /// <summary>Continues a file whose state <see cref="GetState"/> returned, or creates a new one if it is gone.</summary>
    /// <param name="folder">The folder of the file. Of the path in the state only the name counts, since a backup could name any file.</param>
    /// <param name="state">The state.</param>
    /// <param name="clock">The time of later events.</param>
    /// <exception cref="InvalidDataException">The state names no event file.</exception>
    public static EventFile Reopen(string folder, JsonObject state, TimeProvider clock)
    {
        string name = Path.GetFileName((string)state["path"]!);
        long length = (long)state["length"]!;
        if (!name.Contains(Mark, StringComparison.Ordinal) || length < 0)
            throw new InvalidDataException(FormattableString.Invariant($"TensorBoard: an event file must have {Mark} in its name and a length from 0, but was '{name}' of {length} bytes."));
        string path = Path.Combine(folder, name);
        return File.Exists(path) ? new EventFile(path, clock, length) : new EventFile(folder, clock);
    }

    /// <summary>Returns the path and the length of the file.</summary>
    public JsonObject GetState() => new() { ["path"] = _path, ["length"] = new FileInfo(_path).Length };

    /// <summary>Appends a value and closes the file.</summary>
    public void AddScalar(string tag, double value, long step) => Append(message =>
    {
        message.Write(Key(field: 2, wire: 0));
        message.Write7BitEncodedInt64(step);
        WriteBytes(message, field: 5, Message(summary => WriteBytes(summary, field: 1, Message(scalar =>
        {
            WriteBytes(scalar, field: 1, Encoding.UTF8.GetBytes(tag));
            scalar.Write(Key(field: 2, wire: 5));
            scalar.Write((float)value);
        }))));
    });

    private static byte Key(int field, int wire) => (byte)((field << 3) | wire);

    private static void WriteBytes(BinaryWriter message, int field, ReadOnlySpan<byte> bytes)
    {
        message.Write(Key(field, wire: 2));
        message.Write7BitEncodedInt(bytes.Length);
        message.Write(bytes);
    }

    private static byte[] Message(Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
            write(writer);
        return bytes.ToArray();
    }

    private static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return unchecked(BitOperations.RotateRight(~crc, 15) + 0xA282EAD8);
    }

    private void Append(Action<BinaryWriter> write)
    {
        byte[] message = Message(writer =>
        {
            writer.Write(Key(field: 1, wire: 1));
            writer.Write(_clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
            write(writer);
        });
        byte[] length = BitConverter.GetBytes((long)message.Length);
        AtomicAppend.Write(_path, Message(record =>
        {
            record.Write(length);
            record.Write(MaskedChecksum(length));
            record.Write(message);
            record.Write(MaskedChecksum(message));
        }));
    }
}
