using System.Runtime.InteropServices;
using CifarVision.Runtime.Natives;

namespace CifarVision.Tests.Runtime.Natives;

public class BlockCacheTests
{
    private const long Size = 3_000_000;

    private readonly BlockCache _cache = new();

    public BlockCacheTests() => Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "Linux on x64 only");

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(Size)]
    [InlineData(100_000_001)]
    public void Take_IsAlignedMemoryOfTheSize(long bytes)
    {
        for (int i = 0; i < 20; i++)
        {
            nint block = _cache.Take(bytes);
            Assert.NotEqual(0, block);
            Assert.Equal(0, block % 64);
            Marshal.WriteByte(block, 1);
            Marshal.WriteByte((nint)(block + bytes - 1), 2);
        }
    }

    [Fact]
    public void Take_AfterGive_IsTheSameBlock()
    {
        nint block = _cache.Take(Size);
        long mapped = _cache.MappedBytes;

        Assert.True(_cache.Give(block));

        Assert.Equal(block, _cache.Take(Size));
        Assert.Equal(mapped, _cache.MappedBytes);
    }

    [Theory]
    [InlineData(Size * 5 / 9, true)] // the last batch of an epoch
    [InlineData(Size + 1, false)]
    [InlineData(Size / 3, false)] // too much would lie idle
    public void Take_OfAnotherSize_ReusesUpToTwiceTheSize(long bytes, bool reuses)
    {
        nint block = _cache.Take(Size);
        _cache.Give(block);

        // What was mapped ends on a page's edge, so a little more than asked for.
        Assert.Equal(reuses, _cache.Take(bytes > Size ? bytes + Environment.SystemPageSize : bytes) == block);
    }

    [Fact]
    public void Take_SmallestThatServes_ComesFirst()
    {
        nint large = _cache.Take(Size * 3 / 2);
        nint small = _cache.Take(Size);
        _cache.Give(large);
        _cache.Give(small);

        Assert.Equal(small, _cache.Take(Size));
        Assert.Equal(large, _cache.Take(Size));
    }

    [Fact]
    public void Take_MoreThanThereIs_IsNoneAndReleasesWhatIsFree()
    {
        nint used = _cache.Take(Size);
        long mapped = _cache.MappedBytes;
        _cache.Give(_cache.Take(10 * Size));

        Assert.Equal(0, _cache.Take(1L << 47));

        Assert.Equal(mapped, _cache.MappedBytes);
        Marshal.WriteByte(used, 1);
        Assert.NotEqual(0, _cache.Take(10 * Size));
    }

    [Fact]
    public void Give_WhatIsNotOfTheCache_IsRefused()
    {
        nint block = _cache.Take(Size);

        Assert.False(_cache.Give(block + 64));
        Assert.False(new BlockCache().Give(block));
    }

    [Fact]
    public void TakeAndGive_OnManyThreads_NoBlockIsGivenTwice()
    {
        Parallel.For(0, 64, index =>
        {
            for (int i = 0; i < 100; i++)
            {
                nint block = _cache.Take(Size + (i % 7 * Size / 7));
                Marshal.WriteInt64(block, index);
                Thread.Yield();
                Assert.Equal(index, Marshal.ReadInt64(block));
                Assert.True(_cache.Give(block));
            }
        });
    }

    [Fact]
    public void TakeAndGive_OfAllKinds_AllocateNoManagedMemory()
    {
        UseInAllWays();
        long before = GC.GetAllocatedBytesForCurrentThread();

        UseInAllWays();

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void UseInAllWays()
        {
            for (int i = 1; i <= 40; i++)
            {
                nint block = _cache.Take(i * Size);
                _ = _cache.Take(Size);
                _cache.Give(block);
                _cache.Give(block + 64);
            }

            _cache.Take(1L << 47);
        }
    }

    [Fact]
    public void Take_OfMoreBlocksThanItKeeps_IsNone()
    {
        nint[] blocks = [.. Enumerable.Range(0, 4097).Select(_ => _cache.Take(4096))];

        Assert.Equal(0, blocks[^1]);
        Assert.DoesNotContain(0, blocks[..^1]);

        Assert.True(_cache.Give(blocks[7]));
        Assert.Equal(blocks[7], _cache.Take(4096));
    }
}
