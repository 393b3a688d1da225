using System.Text.RegularExpressions;

namespace CifarVision.Formats;

/// <summary>Writes tensors one after the other, as float32, into files of at most 4 MB, which browsers keep in their caches.</summary>
internal sealed partial class ShardWriter
{
    private const int LongestShard = 4_000_000;

    private readonly string _folder;
    private readonly byte[] _shard;
    private int _filled;
    private int _finished;

    /// <summary>Names the files.</summary>
    /// <param name="folder">Where they come.</param>
    /// <param name="length">The bytes of all tensors, as float32.</param>
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

    /// <summary>Writes a tensor's values in row-major order, across files where it does not fit into one.</summary>
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

    /// <summary>Writes the file that is begun, if one is.</summary>
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
