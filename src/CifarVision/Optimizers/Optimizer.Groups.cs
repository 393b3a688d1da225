using CifarVision.Runtime;

namespace CifarVision.Optimizers;

/// <content>Updates of many weights at once on a graphics card, where every call of torch starts a kernel.</content>
public abstract partial class Optimizer
{
    private readonly List<WeightGroup> _groups = [];

    /// <summary>Whether weights are updated in groups. By default on graphics cards, by the rules of this library, all of which are elementwise.</summary>
    internal bool? UpdatesInGroups { get; set; }

    /// <summary>Groups with slots, and the weights in none of them.</summary>
    private IEnumerable<Weight> SlotOwners =>
        _groups.Select(group => group.All).Concat(_weights.Except(_groups.SelectMany(group => group.Members)));

    private bool CanGroup => UpdatesInGroups ?? GetType().Assembly == typeof(Optimizer).Assembly && _weights.All(weight => weight.Value.device_type == DeviceType.CUDA);

    private void FormGroups()
    {
        // The norm of each gradient is that of one weight.
        if (!CanGroup || ClipNorm is not null)
            return;
        string[] slots = [.. _slots.Keys.Select(key => key.Name).Distinct()];
        foreach (Weight[] members in _weights.GroupBy(weight => (weight.Value.dtype, Decays(weight))).Select(alike => alike.ToArray()).Where(alike => alike.Length > 1))
        {
            var group = new WeightGroup(members);
            _groups.Add(group);
            foreach (string slot in slots)
                _slots.Add((group.All, slot), group.Move([.. members.Select(weight => Slot(weight, slot))]));
        }
    }

    private void DissolveGroups(IEnumerable<WeightGroup> groups)
    {
        foreach (WeightGroup group in groups.ToArray())
        {
            foreach ((Weight Weight, string Name) key in _slots.Keys.Where(key => key.Weight == group.All).ToArray())
            {
                _slots[key].Dispose();
                _slots.Remove(key);
            }

            group.Dispose();
            _groups.Remove(group);
        }
    }

    /// <summary>Puts groups in the place of their weights where all of them have a gradient.</summary>
    private (IReadOnlyList<Weight> Weights, IReadOnlyList<Tensor> Gradients) Join(IReadOnlyList<Weight> weights, IReadOnlyList<Tensor> gradients)
    {
        DissolveGroups(_groups.Where(group => !group.IsIntact));
        if (_groups.Count == 0)
            return (weights, gradients);
        Dictionary<Weight, Tensor> single = weights.Zip(gradients).ToDictionary(pair => pair.First, pair => pair.Second.to(pair.First.Value.dtype));
        var joined = new List<(Weight Weight, Tensor Gradient)>();
        foreach (WeightGroup group in _groups.Where(group => group.Members.All(single.ContainsKey)))
        {
            joined.Add((group.All, group.Gather([.. group.Members.Select(weight => single[weight])])));
            foreach (Weight weight in group.Members)
                single.Remove(weight);
        }

        joined.AddRange(weights.Where(single.ContainsKey).Select(weight => (weight, single[weight])));
        return ([.. joined.Select(pair => pair.Weight)], [.. joined.Select(pair => pair.Gradient)]);
    }
}
