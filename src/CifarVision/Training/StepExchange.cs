using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using CifarVision.Graphs;
using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Training;

/// <summary>
/// What the processes exchange in one training step. A process has the mean loss of its rows; weighted by their share in the batch, the sum over
/// processes is the mean loss of the batch, and likewise the gradients. Moving averages, which each process updates by its rows, are combined alike, so
/// that all weights are equal after the step.
/// </summary>
internal sealed class StepExchange
{
    private const int Buckets = 8;

    private readonly Distribution _distribution;
    private readonly IReadOnlyList<Weight> _weights;
    private readonly Weight[] _averages;
    private readonly Tensor[] _before;
    private readonly Layer _model;
    private readonly RowPart _part;
    private readonly Dictionary<Weight, Tensor> _sums = [];
    private readonly HashSet<Weight> _used = [];
    private Exception? _failure;

    /// <summary>Starts a step; called before the forward pass.</summary>
    /// <param name="distribution">The processes; more than one.</param>
    /// <param name="model">The model.</param>
    /// <param name="weights">The weights to train.</param>
    /// <param name="part">The rows of this process.</param>
    public StepExchange(Distribution distribution, Layer model, IReadOnlyList<Weight> weights, RowPart part)
    {
        (_distribution, _model, _weights, _part) = (distribution, model, weights, part);
        _averages = [.. LayerTree.Walk(model).Where(place => place.Layer.Trainable).SelectMany(place => place.Layer.OwnOthers).Where(weight => weight.Value.is_floating_point())];
        _before = [.. _averages.Select(weight => weight.Value.detach().clone())];
    }

    /// <summary>The rows of this process as a share of the batch.</summary>
    public double Share => (double)_part.Count / _part.Total;

    /// <summary>The parts of a plan that are exchanged one after the other: some for a small model too, since the last one is waited for.</summary>
    public IReadOnlyList<PlanPart> Cut(ExecutionPlan plan)
    {
        if (_distribution.BucketBytes is not { } bytes)
            return plan.Cut(long.MaxValue);
        long all = _weights.Sum(weight => weight.Count * weight.Type.ElementSize());
        return plan.Cut(Math.Min(bytes, all / Buckets));
    }

    /// <summary>
    /// Sums values over all processes, in place, of which those of a process without rows do not count. Called in the forward and in the backward
    /// pass; what goes wrong in the latter is thrown by <see cref="End"/>, since no exception may pass through torch.
    /// </summary>
    /// <param name="values">Contiguous float64 values on the CPU.</param>
    public void Sum(Tensor values)
    {
        if (_failure is not null)
            return;
        if (_part.Count == 0)
            values.zero_();
        try
        {
            _distribution.Sum(MemoryMarshal.Cast<byte, double>(values.bytes));
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
    }

    /// <summary>Begins the exchange of the gradients of a part.</summary>
    /// <param name="weights">The weights of the part.</param>
    /// <param name="gradients">The gradients of this process' share of the loss; null where it does not depend on the weight.</param>
    public void Begin(IReadOnlyList<Weight> weights, IReadOnlyList<Tensor?> gradients)
    {
        for (int i = 0; i < weights.Count; i++)
        {
            Tensor? gradient = _part.Count == 0 ? null : gradients[i];
            _sums.Add(weights[i], gradient?.detach() ?? torch.zeros_like(weights[i].Value).detach());
            if (gradient is not null)
                _used.Add(weights[i]);
        }

        _distribution.BeginSumGradients([.. weights.Select(weight => _sums[weight])]);
    }

    /// <summary>
    /// Ends the exchange: combines the moving averages, and returns the gradients of the loss of the whole batch, null for a weight on which no process' loss depends.
    /// </summary>
    public IReadOnlyList<Tensor?> End()
    {
        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
        if (_weights.Count + _averages.Length == 0)
            return [];
        using var noGrad = torch.no_grad();

        // Differences, so that an average that did not change keeps its bits.
        Tensor used = torch.tensor(_weights.Select(weight => _used.Contains(weight) ? 1.0 : 0.0).ToArray(), ScalarType.Float64, torch.CPU);
        Tensor rest = torch.cat([used, .. _averages.Select((weight, i) => (weight.Value - _before[i]).to(ScalarType.Float64).cpu().reshape(-1).Multiply(Share))]);
        if (_part.Count == 0)
            rest.zero_();
        _distribution.Sum(MemoryMarshal.Cast<byte, double>(rest.bytes));
        _distribution.EndSumGradients();
        long start = _weights.Count;
        for (int i = 0; i < _averages.Length; i++)
        {
            Tensor average = _averages[i].Value;
            average.copy_(_before[i].Add(rest.narrow(0, start, average.numel()).view(average.shape).to(average.dtype).to(average.device)));
            start += average.numel();
        }

        if (_part.Total < _distribution.Size)
            ShareRandomPlaces();
        Span<double> uses = MemoryMarshal.Cast<byte, double>(rest.bytes);
        var gradients = new Tensor?[_weights.Count];
        for (int i = 0; i < gradients.Length; i++)
            gradients[i] = uses[i] > 0 ? _sums[_weights[i]] : null;
        return gradients;
    }

    // A process without rows has drawn the random numbers of another row. The last one has rows of every batch.
    private void ShareRandomPlaces()
    {
        Layer[] layers = [.. LayerTree.Walk(_model).Select(place => place.Layer)];
        bool isLast = _distribution.Rank == _distribution.Size - 1;
        double[] counters = [.. layers.Select(layer => isLast ? layer.RandomPlace?.Counter ?? 0 : 0)];
        _distribution.Sum(counters);
        foreach ((Layer layer, double counter) in layers.Zip(counters))
            layer.AdvanceRandom((long)counter);
    }
}
