using CifarVision.Callbacks;
using CifarVision.Graphs;
using CifarVision.Runtime;

namespace CifarVision.Training;

/// <content>One step in Keras' order: forward, loss, backward, update, then the metrics of the prediction made before the update.</content>
internal sealed partial class Trainer
{
    /// <summary>Trains on the next batch; returns its number of rows over all processes.</summary>
    /// <param name="feed">The batches.</param>
    /// <param name="watching">The run, if it is to be told why a loss is not finite.</param>
    private int TrainStep(BatchFeed feed, TrainingContext? watching = null)
    {
        using var scope = torch.NewDisposeScope();
        Batch batch = feed.Next();
        Weight[] weights = TrainableWeights();
        if (Distribution.Size > 1)
            return SharedStep(batch, weights, watching);
        Tensor[] outputs = Plan.RawForward(batch.X, training: true);
        (Tensor loss, Tensor? penalty, Tensor?[] each) = Losses(batch, outputs, Plan);
        loss = Total(loss, penalty);
        Watch(loss, batch, watching);
        Update(weights, weights.Length > 0 ? Backward.Run(loss, weights, Plan.Graph, batch.X) : []);
        UpdateFigures(batch, outputs, loss, each, Plan);
        return batch.GlobalRows;
    }

    // A step on several processes. The gradients of a part of the model are exchanged while those of earlier layers are computed.
    private int SharedStep(Batch batch, Weight[] weights, TrainingContext? watching)
    {
        var exchange = new StepExchange(Distribution, model, weights, batch.Part);
        IReadOnlyList<PlanPart> parts = exchange.Cut(Plan);
        // A process without rows of the batch computes on a row of zeros that counts nowhere, so that it takes part in every exchange of the others.
        Batch own = batch.Rows > 0 ? batch : batch.Placeholder();
        PartedPass pass;
        using (RowPart.Begin(batch.Part))
        using (ReplicaSum.Begin(exchange.Sum))
            pass = Plan.ForwardInParts(own.X, parts);
        (Tensor loss, Tensor? penalty, Tensor?[] each) = Losses(own, pass.Outputs, Plan);
        if (batch.Rows > 0)
            Watch(Total(loss, penalty), batch, watching);
        if (weights.Length > 0)
        {
            Backward.Run(
                loss.Multiply(exchange.Share), penalty?.Multiply(exchange.Share), pass, weights, Plan.Graph, own.X, (part, gradients) => exchange.Begin(part.Weights, gradients));
        }

        Update(weights, exchange.End());
        if (batch.Rows > 0)
            UpdateFigures(batch, pass.Outputs, Total(loss, penalty), each, Plan);
        return batch.GlobalRows;
    }

    private void Watch(Tensor loss, Batch batch, TrainingContext? watching)
    {
        if (watching is not null && !loss.isfinite().item<bool>())
            watching.NotFiniteCause = NotFinite.Describe(Plan.Graph, batch);
    }

    /// <summary>Evaluates the next batch.</summary>
    /// <param name="feed">The batches.</param>
    /// <param name="mirrored">The plan for outputs that are averaged over images and their mirror images; null for those of the images alone.</param>
    private void TestStep(BatchFeed feed, ExecutionPlan? mirrored = null)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        Batch batch = feed.Next();
        if (batch.Rows == 0)
            return;
        Tensor[] outputs = mirrored is null ? Plan.RawForward(batch.X, training: false) : Mirroring.Average(x => mirrored.Forward(x, training: false), batch.X);
        (Tensor loss, Tensor? penalty, Tensor?[] each) = Losses(batch, outputs, mirrored ?? Plan);
        UpdateFigures(batch, outputs, Total(loss, penalty), each, mirrored ?? Plan);
    }

    private Weight[] TrainableWeights() => [.. model.Weights.Where(weight => weight.Trainable)];

    // The weighted sum of the losses of the outputs, the sum of the penalties on weights, and each loss alone.
    private (Tensor Sum, Tensor? Penalty, Tensor?[] Each) Losses(Batch batch, Tensor[] outputs, ExecutionPlan plan)
    {
        Tensor?[] each = [.. plan.Losses.Select((loss, output) => loss?.Call(batch.Y[output], outputs[output], batch.Weights[output]))];
        IEnumerable<Tensor> parts = each.Index()
            .Where(loss => loss.Item is not null)
            .Select(loss => _compiled!.LossWeights is { } factors ? loss.Item!.Multiply(factors[loss.Index]) : loss.Item!);
        return (parts.Aggregate((sum, loss) => sum.Add(loss)), model.RegularizationLoss(), each);
    }

    // The loss to minimize.
    private static Tensor Total(Tensor loss, Tensor? penalty) => penalty is null ? loss : loss.Add(penalty);

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

    private void UpdateFigures(Batch batch, Tensor[] outputs, Tensor loss, Tensor?[] each, ExecutionPlan plan)
    {
        using var noGrad = torch.no_grad();
        _figures.AddLosses(loss, each, batch.Rows);
        if (_figures.HasMetrics)
            _figures.Update(batch, [.. outputs.Select(output => output.detach())], plan);
    }
}
