using CifarVision.Layers;
using CifarVision.Losses;

namespace CifarVision.Models;

/// <summary>
/// How a stack of layers is run, and the only place that rearranges them, by two rules. A Conv2D with relu before a MaxPooling2D pools first:
/// the same numbers and gradients on a quarter of the elements. A last softmax before a crossentropy on probabilities is split off: the loss
/// takes the logits, so that its gradient does not vanish where the probabilities are saturated; metrics, Predict and callbacks get the
/// probabilities. Anything else runs as written.
/// </summary>
internal sealed class ForwardPlan
{
    private readonly List<Func<Tensor, bool, Tensor>> _steps = [];
    private readonly ActivationFunction _splitOff = ActivationFunction.Linear;

    public ForwardPlan(IReadOnlyList<Layer> layers, Loss? loss = null)
    {
        Loss = loss;
        for (int i = 0; i < layers.Count; i++)
        {
            Layer layer = layers[i];
            bool isLast = i == layers.Count - 1;
            if (isLast && layer.FinalActivation == ActivationFunction.Softmax && loss?.OnLogits() is { } onLogits)
            {
                _steps.Add(layer.ForwardBeforeActivation);
                _splitOff = ActivationFunction.Softmax;
                Loss = onLogits;
            }
            else if (layer is Conv2D { FinalActivation: ActivationFunction.Relu } && !isLast && layers[i + 1] is MaxPooling2D pool)
            {
                _steps.Add((x, training) => ActivationFunction.Relu.Apply(pool.Forward(layer.ForwardBeforeActivation(x, training), training)));
                i++;
            }
            else
            {
                _steps.Add(layer.Forward);
            }
        }
    }

    /// <summary>The loss of <see cref="RawForward"/>'s output.</summary>
    public Loss? Loss { get; }

    /// <summary>The model's output.</summary>
    public Tensor Forward(Tensor x, bool training) => Finish(RawForward(x, training));

    /// <summary>The output that <see cref="Loss"/> takes: logits where a last softmax was split off.</summary>
    public Tensor RawForward(Tensor x, bool training)
    {
        foreach (Func<Tensor, bool, Tensor> step in _steps)
            x = step(x, training);
        return x;
    }

    /// <summary>The model's output from the raw one.</summary>
    public Tensor Finish(Tensor raw) => _splitOff.Apply(raw);
}
