using CifarVision.Runtime;

namespace CifarVision.Tests.Runtime;

public class RandomStreamTests
{
    [Fact]
    public void NextBits_FixedSeedAndName_GivesTheseNumbersOnEveryMachine()
    {
        // SplitMix64 from its published definition, with arithmetic of unlimited size in place of wrapping words.
        Assert.Equal(Expected(seed: 1234, name: "weights", count: 20), Bits(new RandomStream(1234, "weights"), 20));
    }

    [Fact]
    public void NextBits_SameSeedAndName_GivesTheSameNumbers() =>
        Assert.Equal(Bits(new RandomStream(5, "a"), 100), Bits(new RandomStream(5, "a"), 100));

    [Theory]
    [InlineData(5, "b")]
    [InlineData(6, "a")]
    [InlineData(-5, "a")]
    public void NextBits_OtherSeedOrName_SharesNoNumber(long seed, string name) =>
        Assert.Empty(Bits(new RandomStream(5, "a"), 10_000).Intersect(Bits(new RandomStream(seed, name), 10_000)));

    [Fact]
    public void NextBits_StreamsOfTwoNames_AreUncorrelated()
    {
        float[] first = Uniform(new RandomStream(5, "a"), 100_000);
        float[] second = Uniform(new RandomStream(5, "b"), 100_000);

        double correlation = first.Zip(second, (x, y) => (x - 0.5) * (y - 0.5)).Average() * 12;

        // Its deviation is 1 / sqrt(n) = 0.0032.
        Assert.InRange(correlation, -0.015, 0.015);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(1000)]
    public void NextBits_AtOnceOrOneByOne_GivesTheSameNumbers(int count)
    {
        var random = new RandomStream(3, "simd");
        ulong[] single = [.. Enumerable.Range(0, count).Select(_ => Bits(random, 1)[0])];

        Assert.Equal(single, Bits(new RandomStream(3, "simd"), count));
    }

    [Fact]
    public void NextBits_EachBit_IsOneHalfOfTheTime()
    {
        ulong[] words = Bits(new RandomStream(8, "bits"), 40_000);
        for (int bit = 0; bit < 64; bit++)
        {
            // Five deviations of 1 / (2 sqrt(n)).
            Assert.InRange(words.Average(word => (double)((word >> bit) & 1)), 0.4875, 0.5125);
        }
    }

    [Fact]
    public void Counter_SetOnANewStream_ContinuesWhereTheOldOneStood()
    {
        var random = new RandomStream(11, "resume");
        Bits(random, 12_345);
        long counter = random.Counter;
        ulong[] continuation = Bits(random, 50);

        var resumed = new RandomStream(11, "resume") { Counter = counter };

        Assert.Equal(12_345, counter);
        Assert.Equal(continuation, Bits(resumed, 50));
    }

    [Fact]
    public void Counter_Negative_Throws()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new RandomStream(1, "a") { Counter = -1 });

        Assert.StartsWith("RandomStream: Counter must be at least 0, but was -1.", error.Message);
    }

    [Fact]
    public void NextInt32_ManyDraws_AreEvenlySpread()
    {
        var random = new RandomStream(1, "dice");
        int[] counts = new int[6];
        for (int i = 0; i < 60_000; i++)
            counts[random.NextInt32(6)]++;

        // Five deviations of sqrt(n p (1 - p)) = 91.
        Assert.All(counts, count => Assert.InRange(count, 10_000 - 456, 10_000 + 456));
    }

    [Fact]
    public void NextInt32_MaximumOfZero_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new RandomStream(1, "a").NextInt32(0));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(50_000)]
    public void Permutation_AnyCount_HoldsEachNumberOnce(int count) =>
        Assert.Equal(Enumerable.Range(0, count), new RandomStream(1, "order").Permutation(count).Order());

    [Fact]
    public void Permutation_OfThree_GivesEachOrderEquallyOften()
    {
        var random = new RandomStream(1, "order");
        Dictionary<string, int> counts = [];
        for (int i = 0; i < 60_000; i++)
        {
            string order = string.Join("", random.Permutation(3));
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 10_000 - 456, 10_000 + 456));
    }

    [Fact]
    public void Permutation_NegativeCount_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new RandomStream(1, "a").Permutation(-1));

    [Fact]
    public void SetSeed_SameSeedAgain_RestartsAStreamThatFollowsIt()
    {
        TorchRuntime.SetSeed(42);
        RandomStream random = TorchRuntime.NewStream("follows");
        ulong[] first = Bits(random, 10);

        TorchRuntime.SetSeed(42);

        Assert.Equal(0, random.Counter);
        Assert.Equal(first, Bits(random, 10));
    }

    [Fact]
    public void SetSeed_OtherSeed_GivesAStreamThatFollowsItOtherNumbers()
    {
        TorchRuntime.SetSeed(42);
        RandomStream random = TorchRuntime.NewStream("follows");
        ulong[] first = Bits(random, 10);

        TorchRuntime.SetSeed(43);

        Assert.Empty(first.Intersect(Bits(random, 10)));
        Assert.Equal(43, random.Seed);
    }

    [Fact]
    public void SetSeed_StreamWithItsOwnSeed_GoesOn()
    {
        var random = new RandomStream(1, "own");
        ulong[] whole = Bits(new RandomStream(1, "own"), 20);
        Bits(random, 10);

        TorchRuntime.SetSeed(42);

        Assert.Equal(whole[10..], Bits(random, 10));
        Assert.Equal(1, random.Seed);
    }

    [Fact]
    public void NewStream_SameNameTwice_GivesTwoStreamsThatSetSeedBringsBack()
    {
        TorchRuntime.SetSeed(42);
        ulong[] first = Bits(TorchRuntime.NewStream("layer"), 10);
        ulong[] second = Bits(TorchRuntime.NewStream("layer"), 10);

        TorchRuntime.SetSeed(42);

        Assert.Empty(first.Intersect(second));
        Assert.Equal(first, Bits(TorchRuntime.NewStream("layer"), 10));
        Assert.Equal(second, Bits(TorchRuntime.NewStream("layer"), 10));
    }

    [Fact]
    public void Constructor_NullName_Throws() => Assert.Throws<ArgumentNullException>(() => new RandomStream(1, null!));

    private static ulong[] Bits(RandomStream random, int count)
    {
        ulong[] words = new ulong[count];
        random.NextBits(words);
        return words;
    }

    private static float[] Uniform(RandomStream random, int count)
    {
        float[] values = new float[count];
        random.NextUniform(values);
        return values;
    }

    private static ulong[] Expected(long seed, string name, int count)
    {
        UInt128 word = (UInt128)1 << 64, hash = 14695981039346656037;
        foreach (char letter in name)
            hash = (hash ^ letter) * 1099511628211 % word;
        UInt128 key = Mix(((UInt128)(ulong)seed + Mix(hash)) % word);
        return [.. Enumerable.Range(0, count).Select(n => (ulong)Mix((key + ((UInt128)n * 0x9E3779B97F4A7C15)) % word))];

        UInt128 Mix(UInt128 z)
        {
            z = (z + 0x9E3779B97F4A7C15) % word;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % word;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB % word;
            return z ^ (z >> 31);
        }
    }
}
