using System.Text.Json;
using CifarVision.Runtime;

namespace CifarVision.Training;

/// <summary>The outputs for all rows, of which each process computes a part of every batch.</summary>
/// <param name="distribution">The processes.</param>
internal sealed class Predictions(Distribution distribution)
{
    private readonly List<(int Start, NDArray[] Outputs)> _parts = [];
    private int _rows;

    /// <summary>Adds the outputs for the rows that this process computed of the next batch; none where it has no rows of it.</summary>
    public void Add(RowPart part, NDArray[] outputs)
    {
        if (outputs.Length > 0)
            _parts.Add((_rows + part.Start, outputs));
        _rows += part.Total;
    }

    /// <summary>Returns the outputs for all rows, in order, on every process.</summary>
    public IReadOnlyList<NDArray> All()
    {
        if (distribution.Size == 1)
        {
            return _parts.Count == 1
                ? _parts[0].Outputs
                : [.. Enumerable.Range(0, _parts[0].Outputs.Length).Select(output => np.concatenate([.. _parts.Select(part => part.Outputs[output])]))];
        }

        // The last process has rows of every batch.
        string own = _parts.Count == 0 ? "" : JsonSerializer.Serialize(_parts[0].Outputs.Select(output => new Form(output.shape[1..], output.dtype == typeof(double))));
        Form[] forms = JsonSerializer.Deserialize<Form[]>(distribution.Gather(own)[^1])!;
        return [.. forms.Select((form, output) => Collect(output, form))];
    }

    // Each process adds its rows to the zeros of the others. Numbers of 64 bits keep those of 32 bits exactly.
    private NDArray Collect(int output, Form form)
    {
        long perRow = form.Shape.Aggregate(1L, (product, length) => product * length);
        var values = new double[_rows * perRow];
        foreach ((int start, NDArray[] outputs) in _parts)
            outputs[output].astype(typeof(double)).ToArray<double>().CopyTo(values.AsSpan((int)(start * perRow)));
        distribution.Sum(values);
        NDArray all = np.array(values).reshape((long[])[_rows, .. form.Shape]);
        return form.IsFloat64 ? all : all.astype(np.float32);
    }

    private sealed record Form(long[] Shape, bool IsFloat64);
}
