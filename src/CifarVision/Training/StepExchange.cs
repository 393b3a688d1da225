using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Training;

/// <summary>
/// What the processes exchange in one training step. A process has the gradient of the mean over its rows; weighted by their share in the batch, the
/// sum over processes is the gradient of the mean over the batch. Moving averages, which each process updates by its rows, are combined alike, so that
/// all weights are equal after the step.
/// </summary>
internal sealed class StepExchange
{
    private readonly Distribution _distribution;
    private readonly IReadOnlyList<Weight> _weights;
    private readonly Weight[] _averages = [];
    private readonly Tensor[] _before = [];
    private readonly Layer _model;
    private readonly RowPart _part;

    /// <summary>Starts a step; called before the forward pass.</summary>
    /// <param name="distribution">The processes.</param>
    /// <param name="model">The model.</param>
    /// <param name="weights">The weights to train.</param>
    /// <param name="part">The rows of this process.</param>
    public StepExchange(Distribution distribution, Layer model, IReadOnlyList<Weight> weights, RowPart part)
    {
        (_distribution, _model, _weights, _part) = (distribution, model, weights, part);
        if (distribution.Size == 1)
            return;
        _averages = [.. LayerTree.Walk(model).Where(place => place.Layer.Trainable).SelectMany(place => place.Layer.OwnOthers).Where(weight => weight.Value.is_floating_point())];
        _before = [.. _averages.Select(weight => weight.Value.detach().clone())];
    }

    /// <summary>Returns the gradients of the loss of the whole batch; null for a weight on which no process' loss depends. Combines the moving averages.</summary>
    /// <param name="own">The gradients of this process' loss.</param>
    public IReadOnlyList<Tensor?> Combine(IReadOnlyList<Tensor?> own)
    {
        if (_distribution.Size == 1 || _weights.Count + _averages.Length == 0)
            return own;
        double share = (double)_part.Count / _part.Total;
        using var noGrad = torch.no_grad();
        Tensor[] gradients = [.. _weights.Select((weight, i) => own[i] is { } gradient ? gradient.Multiply(share) : torch.zeros_like(weight.Value))];

        // Differences, so that an average that did not change keeps its bits.
        Tensor[] changes = [.. _averages.Select((weight, i) => (weight.Value - _before[i]).Multiply(share))];
        Tensor used = torch.tensor(own.Select(gradient => gradient is null ? 0.0 : 1.0).ToArray(), (gradients.FirstOrDefault() ?? changes[0]).dtype, torch.CPU);
        _distribution.SumGradients([.. gradients, .. changes, used]);
        for (int i = 0; i < changes.Length; i++)
            _averages[i].Value.copy_(_before[i].Add(changes[i]));
        if (_part.Total < _distribution.Size)
            ShareRandomPlaces();
        double[] uses = ArrayConversion.ToNDArray(used).astype(np.float64).ToArray<double>();
        return [.. gradients.Select((gradient, i) => uses[i] > 0 ? gradient : null)];
    }

    // A process without rows has drawn no random numbers. The last one has rows of every batch.
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
