using System.Text.RegularExpressions;

namespace CifarVision.Formats;

/// <summary>Writes tensors in sequence, as float32, into files of at most 4 MB, which browsers can cache.</summary>
internal sealed partial class ShardWriter
{
    private const int LongestShard = 4_000_000;

    private readonly string _folder;
    private readonly byte[] _shard;
    private int _filled;
    private int _finished;

    /// <summary>Creates the writer, and determines the names of the files.</summary>
    /// <param name="folder">The folder of the files.</param>
    /// <param name="length">The length of all tensors in bytes, as float32.</param>
    public ShardWriter(string folder, long length)
    {
        _folder = folder;
        _shard = new byte[Math.Min(length, LongestShard)];
        long count = (length + LongestShard - 1) / LongestShard;
        Names = [.. Enumerable.Range(1, checked((int)count)).Select(number => FormattableString.Invariant($"group1-shard{number}of{count}.bin"))];
    }

    /// <summary>The names of the files, in the order of the tensors.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether a file has the name of a shard.</summary>
    public static bool IsShard(string name) => ShardName().IsMatch(name);

    /// <summary>Writes the values of a tensor in row-major order, across several files if needed.</summary>
    public void Write(Tensor values)
    {
        using var scope = torch.NewDisposeScope();
        Tensor plain = values.detach().to(ScalarType.Float32).cpu().contiguous();
        ReadOnlySpan<byte> rest = plain.bytes;
        while (!rest.IsEmpty)
        {
            int length = Math.Min(rest.Length, _shard.Length - _filled);
            rest[..length].CopyTo(_shard.AsSpan(_filled));
            rest = rest[length..];
            _filled += length;
            if (_filled == _shard.Length)
                Finish();
        }

        GC.KeepAlive(plain);
    }

    /// <summary>Writes the file that was started, if any.</summary>
    public void Finish()
    {
        if (_filled == 0)
            return;
        using var file = new FileStream(Path.Combine(_folder, Names[_finished++]), FileMode.CreateNew);
        file.Write(_shard, 0, _filled);
        file.Flush(flushToDisk: true);
        _filled = 0;
    }

    [GeneratedRegex(@"^group\d+-shard\d+of\d+\.bin$")]
    private static partial Regex ShardName();
}
