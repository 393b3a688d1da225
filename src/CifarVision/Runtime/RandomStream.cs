using System.Runtime.Intrinsics;

namespace CifarVision.Runtime;

/// <summary>
/// Random numbers of one purpose (the weights of a layer, the shuffling of a model, the masks of a dropout), counter-based: the n-th
/// number is SplitMix64 of (seed, name, n). So the whole state is a seed and a counter, every device sees the same numbers, and no
/// stream disturbs another. Torch's own generator is used nowhere in this library.
/// </summary>
/// <remarks>Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. Not thread-safe.</remarks>
public sealed partial class RandomStream
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private readonly long? _ownSeed;
    private long _seed;
    private int _seedVersion;
    private ulong _key;
    private ulong _counter;

    /// <summary>A stream with a seed of its own: the same seed and name always give the same numbers.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="name">What the numbers are for; streams of other names are independent.</param>
    public RandomStream(long seed, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        _ownSeed = seed;
        _seed = seed;
        Name = name;
        _key = KeyOf(seed, name);
    }

    /// <summary>A stream that follows <see cref="TorchRuntime.SetSeed"/>: a new seed starts it anew.</summary>
    internal RandomStream(string name)
    {
        Name = name;
        _seedVersion = TorchRuntime.SeedVersion;
        _seed = TorchRuntime.Seed;
        _key = KeyOf(_seed, name);
    }

    /// <summary>What the numbers are for.</summary>
    public string Name { get; private set; }

    /// <summary>
    /// The seed in force: the stream's own, or that of <see cref="TorchRuntime"/>. A stream of a resumed run has the seed of the run until
    /// <see cref="TorchRuntime.SetSeed"/> is called.
    /// </summary>
    public long Seed
    {
        get
        {
            FollowSeed();
            return _seed;
        }
    }

    /// <summary>How many 64-bit words were drawn. Setting it goes to that place in the stream, which is how a run is resumed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Counter
    {
        get
        {
            FollowSeed();
            return (long)_counter;
        }

        set
        {
            if (value < 0)
                throw new ArgumentOutOfRangeException(nameof(value), FormattableString.Invariant($"RandomStream: Counter must be at least 0, but was {value}."));
            FollowSeed();
            _counter = (ulong)value;
        }
    }

    /// <summary>The name, the seed and the counter: what it takes to go on from here in another process.</summary>
    internal StreamPlace Place => new(Name, Counter, Seed);

    /// <summary>Returns a stream of the same numbers, at the same place.</summary>
    internal RandomStream Copy() => new(Seed, Name) { Counter = Counter };

    /// <summary>Goes on from a place of a stream of another process. A seed of the stream's own stays.</summary>
    internal void GoTo(StreamPlace place)
    {
        FollowSeed();
        Name = place.Name;
        _seed = _ownSeed ?? place.Seed;
        _key = KeyOf(_seed, Name);
        Counter = place.Counter;
    }

    /// <summary>Draws uniformly distributed bits.</summary>
    /// <param name="words">Filled with 64 random bits each.</param>
    public void NextBits(Span<ulong> words)
    {
        ulong start = Advance(words.Length);
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<ulong> steps = Vector512<ulong>.Indices * Golden;
            for (; i <= words.Length - Vector512<ulong>.Count; i += Vector512<ulong>.Count)
                Mix(Vector512.Create(unchecked(start + ((ulong)i * Golden))) + steps).CopyTo(words[i..]);
        }

        for (; i < words.Length; i++)
            words[i] = Mix(unchecked(start + ((ulong)i * Golden)));
    }

    /// <summary>Draws whole numbers from 0 to <paramref name="exclusiveMaximum"/> - 1, each as likely as the other.</summary>
    /// <param name="exclusiveMaximum">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is under 1.</exception>
    public int NextInt32(int exclusiveMaximum)
    {
        if (exclusiveMaximum < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(exclusiveMaximum), FormattableString.Invariant($"RandomStream: exclusiveMaximum must be at least 1, but was {exclusiveMaximum}."));
        }

        ulong word = 0;
        NextBits(new Span<ulong>(ref word));
        return (int)Math.BigMul(word, (ulong)exclusiveMaximum, out _);
    }

    /// <summary>Draws a random order of 0 .. <paramref name="count"/> - 1 (Fisher-Yates).</summary>
    /// <param name="count">How many; 0 gives an empty array.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public int[] Permutation(int count)
    {
        if (count < 0)
            throw new ArgumentOutOfRangeException(nameof(count), FormattableString.Invariant($"RandomStream: count must be at least 0, but was {count}."));
        var order = new int[count];
        for (int i = 0; i < count; i++)
            order[i] = i;
        var words = new ulong[count];
        NextBits(words);
        for (int i = count - 1; i > 0; i--)
        {
            int j = (int)Math.BigMul(words[i], (ulong)(i + 1), out _);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    private ulong Advance(int words)
    {
        FollowSeed();
        ulong start = unchecked(_key + (_counter * Golden));
        _counter += (ulong)words;
        return start;
    }

    private void FollowSeed()
    {
        if (_ownSeed is null && _seedVersion != TorchRuntime.SeedVersion)
        {
            _seedVersion = TorchRuntime.SeedVersion;
            _seed = TorchRuntime.Seed;
            _key = KeyOf(_seed, Name);
            _counter = 0;
        }
    }

    // FNV-1a over the name: string.GetHashCode differs from process to process.
    private static ulong KeyOf(long seed, string name)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in name)
            hash = unchecked((hash ^ c) * 1099511628211);
        return Mix(unchecked((ulong)seed + Mix(hash)));
    }

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z += Golden;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    private static Vector512<ulong> Mix(Vector512<ulong> z)
    {
        z += Vector512.Create(Golden);
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EB;
        return z ^ (z >>> 31);
    }
}
