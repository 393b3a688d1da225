using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using CifarVision.Serialization;
using Google.Protobuf;
using Tensorboard;

namespace CifarVision.Callbacks;

/// <summary>
/// A file for TensorBoard: TensorFlow's record format (length, checksum, bytes, checksum) with its Event messages, whose classes TorchSharp has generated.
/// TorchSharp's own writer gives every event a wall time of 0.
/// </summary>
internal sealed class EventFile
{
    private const string Mark = "tfevents";
    private const int LengthBytes = 8;
    private const int ChecksumBytes = 4;

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
        Append(new Event { FileVersion = "brain.Event:2" });
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

    /// <summary>Appends a scalar and closes the file.</summary>
    public void AddScalar(string tag, double value, long step) => Add(step, new Summary.Types.Value { Tag = tag, SimpleValue = (float)value });

    /// <summary>Appends a value and closes the file.</summary>
    public void Add(long step, Summary.Types.Value value) => Append(new Event { Step = step, Summary = new Summary { Value = { value } } });

    /// <summary>Appends a graph and closes the file.</summary>
    public void Add(GraphDef graph) => Append(new Event { GraphDef = graph.ToByteString() });

    private static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return unchecked(BitOperations.RotateRight(~crc, 15) + 0xA282EAD8);
    }

    private void Append(Event entry)
    {
        entry.WallTime = _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        byte[] message = entry.ToByteArray();
        var record = new byte[LengthBytes + ChecksumBytes + message.Length + ChecksumBytes];
        BinaryPrimitives.WriteInt64LittleEndian(record, message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(LengthBytes), MaskedChecksum(record.AsSpan(0, LengthBytes)));
        message.CopyTo(record, LengthBytes + ChecksumBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(record.Length - ChecksumBytes), MaskedChecksum(message));
        AtomicAppend.Write(_path, record);
    }
}
