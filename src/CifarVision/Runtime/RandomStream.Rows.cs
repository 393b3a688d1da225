namespace CifarVision.Runtime;

/// <content>Draws for the rows of a batch, of which this process may compute a part.</content>
public sealed partial class RandomStream
{
    /// <summary>
    /// Draws float32 numbers uniformly from [low, high) for the rows of a batch. Of a batch that several processes share, each draws the numbers of
    /// its own rows, and the same as one process would.
    /// </summary>
    /// <param name="values">Filled in order, as many for each row.</param>
    /// <param name="rows">The number of rows of the batch that a layer was given.</param>
    /// <param name="low">The smallest number. Default 0.</param>
    /// <param name="high">The bound above; at least <paramref name="low"/>. Default 1.</param>
    /// <exception cref="ArgumentException">The numbers cannot be shared out evenly, or the bounds are not in order.</exception>
    public void NextUniformOfRows(Span<float> values, long rows, double low = 0, double high = 1)
    {
        if (rows < 1 || values.Length % rows != 0)
            throw new ArgumentException(FormattableString.Invariant($"RandomStream: values must hold as many numbers for each of the {rows} rows, but was of {values.Length}."));
        if (RowPart.Of(rows) is not { } part)
        {
            NextUniform(values, low, high);
            return;
        }

        long begin = Counter;
        long perRow = values.Length / rows;
        Counter = begin + (part.Start * perRow);
        NextUniform(values, low, high);
        Counter = begin + (part.Total * perRow);
    }

    /// <summary>Draws float32 numbers from the normal distribution, of which this process needs a part.</summary>
    /// <param name="values">Filled with the numbers of this process.</param>
    /// <param name="before">How many numbers belong to processes before this one.</param>
    /// <param name="total">The numbers of all processes.</param>
    /// <param name="standardDeviation">The distribution's standard deviation.</param>
    internal void NextNormalPart(Span<float> values, long before, long total, double standardDeviation)
    {
        // Numbers come in pairs, from as many words.
        long begin = Counter;
        int skipped = (int)(before & 1);
        var drawn = new float[skipped + values.Length];
        Counter = begin + before - skipped;
        NextNormal(drawn, standardDeviation: standardDeviation);
        drawn.AsSpan(skipped).CopyTo(values);
        Counter = begin + total + (total & 1);
    }

    /// <summary>Draws a vector of numbers uniformly from [low, high), one for each row of a batch, of which this process may compute a part.</summary>
    internal Tensor NextUniformOfRows(long rows, double low, double high, Device device)
    {
        if (DrawsOnHost(device))
        {
            var values = new float[rows];
            NextUniformOfRows(values, rows, low, high);
            return torch.tensor(values, device: device);
        }

        if (RowPart.Of(rows) is not { } part)
            return DrawUniform(rows, low, high, device);
        long begin = Counter;
        Counter = begin + part.Start;
        Tensor drawn = DrawUniform(rows, low, high, device);
        Counter = begin + part.Total;
        return drawn;
    }

    /// <summary>Draws a vector of float32 numbers from the normal distribution, of which this process needs a part.</summary>
    internal Tensor NextNormalPart(long before, long own, long total, double standardDeviation, Device device)
    {
        if (DrawsOnHost(device))
        {
            var values = new float[own];
            NextNormalPart(values, before, total, standardDeviation);
            return torch.tensor(values, device: device);
        }

        long begin = Counter;
        long skipped = before & 1;
        Counter = begin + before - skipped;
        Tensor drawn = DrawNormal(skipped + own, 0, standardDeviation, device).narrow(0, skipped, own);
        Counter = begin + total + (total & 1);
        return drawn;
    }

    /// <summary>Draws float32 numbers from the normal distribution for the rows of a batch, of which this process may compute a part.</summary>
    /// <param name="shape">The shape of the tensor, batch axis included.</param>
    /// <param name="mean">The distribution's mean.</param>
    /// <param name="standardDeviation">The distribution's standard deviation.</param>
    /// <param name="device">Where to put the tensor.</param>
    internal Tensor NextNormalOfRows(long[] shape, double mean, double standardDeviation, Device device)
    {
        RowPart part = RowPart.Of(shape[0]) ?? new RowPart(0, (int)shape[0], (int)shape[0]);
        long perRow = shape.AsSpan(1).ToArray().Aggregate(1L, (product, axis) => product * axis);
        Tensor drawn = NextNormalPart(part.Start * perRow, part.Count * perRow, part.Total * perRow, standardDeviation, device).view(shape);
        return mean == 0 ? drawn : drawn.AddInPlace(mean);
    }

    // The mask of the rows of this process. One word yields four values, so the first value may be inside a word.
    private Tensor DrawOfRows(long[] shape, Func<long[], Tensor> draw)
    {
        if (RowPart.Of(shape[0]) is not { } part)
            return draw(shape);
        long perRow = shape.AsSpan(1).ToArray().Aggregate(1L, (product, axis) => product * axis);
        long begin = Counter;
        long first = part.Start * perRow;
        long skipped = first % ValuesPerWord;
        long count = part.Count * perRow;
        Counter = begin + (first / ValuesPerWord);
        Tensor mask = draw([skipped + count]).narrow(0, skipped, count).view(shape);
        Counter = begin + (((part.Total * perRow) + ValuesPerWord - 1) / ValuesPerWord);
        return mask;
    }
}
