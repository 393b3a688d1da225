using System.Runtime.InteropServices;
using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Models;

/// <summary>Finds the layer at which a backward pass fails, after it has failed.</summary>
internal static class GradientFault
{
    /// <summary>Returns the first layer after which no gradients can be computed; null where they can after each. The model stays as it was.</summary>
    /// <param name="model">The model; its direct sublayers are run one after the other.</param>
    /// <param name="x">The batch.</param>
    public static Layer? Find(Layer model, Tensor x)
    {
        Weight[] others = [.. model.Weights.Where(weight => !weight.Trainable)];
        Layer[] layers = [.. WithSublayers(model)];
        StreamPlace?[] places = [.. layers.Select(layer => layer.RandomPlace)];
        using var scope = torch.NewDisposeScope();
        Tensor[] values = [.. others.Select(weight => weight.Value.detach().clone())];
        try
        {
            bool dependsOnWeights = false;
            for (int count = 1; count <= model.Sublayers.Count; count++)
            {
                if (!TryBackward(model.Sublayers.Take(count), x, ref dependsOnWeights))
                    return model.Sublayers[count - 1];
            }

            return null;
        }
        finally
        {
            using var noGrad = torch.no_grad();
            for (int i = 0; i < others.Length; i++)
                others[i].Value.copy_(values[i]);
            for (int i = 0; i < layers.Length; i++)
                layers[i].RandomPlace = places[i];
        }
    }

    private static bool TryBackward(IEnumerable<Layer> layers, Tensor x, ref bool dependsOnWeights)
    {
        using var scope = torch.NewDisposeScope();
        Tensor[] weights = [.. layers.SelectMany(layer => layer.Weights).Where(weight => weight.Trainable).Select(weight => weight.Value)];
        try
        {
            Tensor y = layers.Aggregate(x.clone(), (input, layer) => layer.Forward(input, training: true));
            if (!y.requires_grad)
                return !dependsOnWeights && weights.Length == 0;
            dependsOnWeights = true;
            torch.autograd.backward([y.sum()], inputs: weights);
            return true;
        }
        catch (ExternalException)
        {
            return false;
        }
        finally
        {
            foreach (Tensor weight in weights)
                weight.grad = null;
        }
    }

    private static IEnumerable<Layer> WithSublayers(Layer layer) => layer.Sublayers.SelectMany(WithSublayers).Prepend(layer);
}
