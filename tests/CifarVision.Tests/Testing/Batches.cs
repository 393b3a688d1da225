using CifarVision.Datasets;
using CifarVision.Training;

namespace CifarVision.Tests.Testing;

/// <summary>Single batches, as training takes them from a feed.</summary>
internal static class Batches
{
    /// <summary>Returns the batch of some rows; its tensors belong to the dispose scope of the caller.</summary>
    public static Batch Batch(this BatchSource source, int[] rows, torch.Device device, ScalarType floatType = ScalarType.Float32)
    {
        using var deviceRows = new DeviceRows(device);
        using var feed = new RowFeed(source, [rows], deviceRows, floatType, Distribution.SingleProcess);
        return feed.Next();
    }

    /// <summary>Returns rows of a table as a new tensor.</summary>
    public static Tensor Gather(this RowTable table, params int[] rows)
    {
        Tensor batch = torch.empty(table.RowShape.WithBatch(rows.Length), table.Type);
        table.Fill(rows, batch.bytes);
        return batch;
    }

    /// <summary>Returns neighboring rows of a table as a new tensor.</summary>
    public static Tensor Slice(this RowTable table, int start, int count)
    {
        Tensor batch = torch.empty(table.RowShape.WithBatch(count), table.Type);
        table.FillRange(start, count, batch.bytes);
        return batch;
    }
}
