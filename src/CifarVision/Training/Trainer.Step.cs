using CifarVision.Runtime;

namespace CifarVision.Training;

/// <content>One step in Keras' order: forward, loss, backward, update, then the metrics of the prediction made before the update.</content>
internal sealed partial class Trainer
{
    /// <summary>Trains on the next batch; returns its number of rows over all processes.</summary>
    private int TrainStep(BatchFeed feed)
    {
        using var scope = torch.NewDisposeScope();
        Batch batch = feed.Next();
        Weight[] weights = TrainableWeights();
        var exchange = new StepExchange(Distribution, model, weights, batch.Part);
        if (batch.Rows == 0)
        {
            // The batch has fewer rows than there are processes: this process only takes part in the update.
            Update(weights, exchange.Combine(new Tensor?[weights.Length]));
            return batch.GlobalRows;
        }

        Tensor[] outputs;
        using (RowPart.Begin(batch.Part))
            outputs = Plan.RawForward(batch.X, training: true);
        (Tensor loss, Tensor?[] each) = Losses(batch, outputs);
        IReadOnlyList<Tensor?> gradients = weights.Length > 0 ? Backward.Run(loss, weights, Plan.Graph, batch.X) : [];
        Update(weights, exchange.Combine(gradients));
        UpdateFigures(batch, outputs, loss, each);
        return batch.GlobalRows;
    }

    private void TestStep(BatchFeed feed)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        Batch batch = feed.Next();
        if (batch.Rows == 0)
            return;
        Tensor[] outputs = Plan.RawForward(batch.X, training: false);
        (Tensor loss, Tensor?[] each) = Losses(batch, outputs);
        UpdateFigures(batch, outputs, loss, each);
    }

    private Weight[] TrainableWeights() => [.. model.Weights.Where(weight => weight.Trainable)];

    // The loss to minimize, which is the weighted sum of the losses of the outputs and the penalties, and each loss alone.
    private (Tensor Total, Tensor?[] Each) Losses(Batch batch, Tensor[] outputs)
    {
        Tensor?[] each = [.. Plan.Losses.Select((loss, output) => loss?.Call(batch.Y[output], outputs[output], batch.Weights[output]))];
        IEnumerable<Tensor> parts = each.Index()
            .Where(loss => loss.Item is not null)
            .Select(loss => _compiled!.LossWeights is { } factors ? loss.Item!.Multiply(factors[loss.Index]) : loss.Item!);
        Tensor total = parts.Aggregate((sum, loss) => sum.Add(loss));
        return (model.RegularizationLoss() is { } penalty ? total.Add(penalty) : total, each);
    }

    // As in Keras, a weight without a gradient is not updated.
    private void Update(Weight[] weights, IReadOnlyList<Tensor?> gradients)
    {
        if (weights.Length == 0)
            return;

        // For all weights: one without a gradient keeps its place in the optimizer's state.
        Weight[] used = [.. weights.Where((_, i) => gradients[i] is not null)];
        _compiled!.Optimizer.Build(weights);
        _compiled.Optimizer.Apply(used, [.. gradients.OfType<Tensor>()]);
    }

    private void UpdateFigures(Batch batch, Tensor[] outputs, Tensor loss, Tensor?[] each)
    {
        using var noGrad = torch.no_grad();
        _figures.AddLosses(loss, each, batch.Rows);
        if (_figures.HasMetrics)
            _figures.Update(batch, [.. outputs.Select(output => output.detach())], Plan);
    }
}
