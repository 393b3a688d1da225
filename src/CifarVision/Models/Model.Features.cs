using CifarVision.Graphs;
using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Training;

namespace CifarVision.Models;

/// <content>The output of an inner layer, and its gradient.</content>
public partial class Model
{
    /// <summary>
    /// Computes the output of an inner layer for a batch, and the gradient of a score with respect to it, in inference mode. The score is
    /// computed from the output of the model before its final softmax or sigmoid, whose gradient vanishes where the model is certain.
    /// </summary>
    /// <param name="layer">A layer of the model, or of a model inside it.</param>
    /// <param name="x">(N, ...), on the CPU.</param>
    /// <param name="score">Computes a scalar from the logits.</param>
    /// <exception cref="ArgumentException">The layer is not in the model, is called several times or does not lead to the output.</exception>
    internal (Tensor Features, Tensor Gradient) FeaturesAndGradient(Layer layer, Tensor x, Func<Tensor, Tensor> score)
    {
        ExecutionPlan plan = ExecutionPlan.BeforeActivation(GraphThrough(layer));
        using ModelGate.Pass pass = _trainer.Gate.EnterUse();
        using DisposeScope scope = torch.NewDisposeScope();
        using var grad = torch.enable_grad();

        // The gradient reaches the layer also where no weight before it is trainable.
        Tensor input = x.to(ComputeType == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32, Device).detach().requires_grad_();
        Tensor[] outputs = plan.RawForward([input], training: false);
        torch.autograd.backward([score(outputs[1])], inputs: [outputs[0]]);
        Tensor gradient = outputs[0].grad ?? throw new ArgumentException($"{Kind}: the output of '{Name}' must depend on layer '{layer.Name}', but does not.", nameof(layer));
        GC.KeepAlive(x);
        return (scope.MoveToOuter(outputs[0].detach()), scope.MoveToOuter(gradient.detach()));
    }

    /// <summary>Returns the shape of the output of an inner layer.</summary>
    /// <exception cref="ArgumentException">The layer is not in the model, or is called several times.</exception>
    internal TensorShape ShapeOfFeatures(Layer layer) => GraphThrough(layer).Outputs[0].Shape;

    // Models inside the model are replaced by their calls, so that their layers can be outputs too.
    private LayerGraph GraphThrough(Layer layer)
    {
        List<KerasTensor> found = [];
        IReadOnlyList<KerasTensor> outputs = CallsOf(this, Inputs);
        return found.Count == 1
            ? LayerGraph.Between(Inputs, [found[0], .. outputs])
            : throw new ArgumentException(
                found.Count == 0
                    ? $"{Kind}: layer must be one of '{Name}' or of a model inside it, but '{layer.Name}' is not."
                    : $"{Kind}: layer must be called once in '{Name}', but '{layer.Name}' is called {found.Count} times.",
                nameof(layer));

        IReadOnlyList<KerasTensor> CallsOf(Model model, IReadOnlyList<KerasTensor> inputs) => model.Graph.Walk(inputs, (called, tensors) =>
        {
            IReadOnlyList<KerasTensor> results = called is Model inner
                ? CallsOf(inner, tensors)
                : new Node(called, tensors, isCalledOnList: tensors.Count > 1, called.ComputeOutputShape([.. tensors.Select(tensor => tensor.Shape)])).Outputs;
            if (called == layer)
                found.Add(results[0]);
            return results;
        });
    }
}
