using System.Runtime.InteropServices;
using System.Text.Json;
using CifarVision.Layers;
using CifarVision.Runtime;

namespace CifarVision.Training.Resuming;

/// <summary>What one process has of its own inside an epoch: its totals of losses and metrics, and its places in the layers' random streams.</summary>
/// <param name="Figures">The totals by the figure's key and by name.</param>
/// <param name="Random">The places by the layer's path.</param>
internal sealed record RankState(IReadOnlyDictionary<string, IReadOnlyDictionary<string, RankState.Numbers>> Figures, IReadOnlyDictionary<string, StreamPlace?> Random)
{
    public static RankState Of(Layer model, RunningFigures figures) => new(
        figures.GetState().ToDictionary(
            figure => figure.Key,
            IReadOnlyDictionary<string, Numbers> (figure) => figure.State.ToDictionary(pair => pair.Key, pair => Numbers.Of(pair.Value))),
        LayerTree.Walk(model).ToDictionary(place => place.Path, place => place.Layer.RandomPlace));

    public static RankState FromJson(string json) => JsonSerializer.Deserialize<RankState>(json)!;

    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>Returns the totals of a figure.</summary>
    public IReadOnlyDictionary<string, NDArray> Figure(string key) => Figures[key].ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());

    /// <summary>An array as its bytes in float64, which keep the numbers of totals exactly.</summary>
    /// <param name="Type">The name of the array's type.</param>
    /// <param name="Shape">The shape.</param>
    /// <param name="Bytes">The numbers.</param>
    internal sealed record Numbers(string Type, long[] Shape, byte[] Bytes)
    {
        // Not Type.GetType, which would load whatever type a forged backup names.
        private static readonly Type[] Types = [typeof(double), typeof(float), typeof(long), typeof(int)];

        public static Numbers Of(NDArray array) =>
            new(array.dtype.FullName!, array.shape, MemoryMarshal.AsBytes(array.astype(typeof(double)).ToArray<double>().AsSpan()).ToArray());

        public NDArray ToArray() => np.array(MemoryMarshal.Cast<byte, double>(Bytes).ToArray()).reshape(Shape).astype(Array.Find(Types, type => type.FullName == Type)!);
    }
}
