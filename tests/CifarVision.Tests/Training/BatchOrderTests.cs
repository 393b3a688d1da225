using CifarVision.Runtime;
using CifarVision.Training;

namespace CifarVision.Tests.Training;

public class BatchOrderTests
{
    [Fact]
    public void NextEpoch_WithoutShuffling_KeepsOrderAndPartialLastBatch()
    {
        var order = new BatchOrder(samples: 7, batchSize: 3, stepsPerEpoch: null, shuffling: null);

        Assert.Equal([[0, 1, 2], [3, 4, 5], [6]], Epoch(order));
        Assert.Equal([[0, 1, 2], [3, 4, 5], [6]], Epoch(order));
        Assert.Equal(3, order.Steps);
    }

    [Fact]
    public void NextEpoch_Cifar10WithTenthSplitOff_Has352StepsTheLastOf72()
    {
        var order = new BatchOrder(samples: 45_000, batchSize: 128, stepsPerEpoch: null, shuffling: null);
        int[][] batches = Epoch(order);

        Assert.Equal(352, batches.Length);
        Assert.Equal(72, batches[^1].Length);
    }

    [Fact]
    public void NextEpoch_Shuffled_IsANewPermutationEachTime()
    {
        var order = new BatchOrder(samples: 50, batchSize: 8, stepsPerEpoch: null, new RandomStream(1, "order"));
        int[] first = [.. Epoch(order).SelectMany(rows => rows)];
        int[] second = [.. Epoch(order).SelectMany(rows => rows)];

        Assert.Equal(Enumerable.Range(0, 50), first.Order());
        Assert.Equal(Enumerable.Range(0, 50), second.Order());
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void NextEpoch_StepsPerEpoch_GoesOnWhereTheLastEpochEnded()
    {
        var order = new BatchOrder(samples: 10, batchSize: 2, stepsPerEpoch: 2, shuffling: null);

        foreach (int[][] expected in (int[][][])[[[0, 1], [2, 3]], [[4, 5], [6, 7]], [[8, 9]], [[0, 1], [2, 3]]])
        {
            Assert.Equal(expected, Epoch(order));
            order.Advance(expected.Sum(batch => batch.Length));
        }
    }

    private static int[][] Epoch(BatchOrder order) => [.. order.NextEpoch().Select(rows => rows.ToArray())];
}
