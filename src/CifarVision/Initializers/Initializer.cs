using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Initializers;

/// <summary>The initializer of a weight. Derive from it for a rule of your own: implement <see cref="Generate"/>.</summary>
public abstract class Initializer
{
    /// <summary>Creates the initializer.</summary>
    /// <param name="seed">With a seed the same shape gets the same numbers each time; without one they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    protected Initializer(long? seed = null) => Seed = seed;

    /// <summary>The initializer's own seed, if it was given one.</summary>
    public long? Seed { get; }

    /// <summary>Makes an array of initial values, as one calls a Keras initializer.</summary>
    /// <param name="shape">Keras' layout: (kh, kw, in, out) for a convolution kernel, (in, out) for a dense one.</param>
    /// <returns>A float32 array of that shape.</returns>
    public NDArray Call(TensorShape shape)
    {
        var values = new float[shape.ElementCount];
        Fill(values, shape, TorchRuntime.NewStream(GetType().Name));
        return np.array(values).reshape(shape.Dims.ToArray());
    }

    /// <summary>The settings under Keras' names.</summary>
    public virtual JsonObject GetConfig() => new() { ["seed"] = Seed };

    /// <summary>The initializer as it stands in the config of a layer: class name and settings (Keras: <c>initializers.serialize</c>).</summary>
    public JsonObject Serialize() => this.ToKeras();

    /// <summary>An initializer from what <see cref="Serialize"/> gave, or from Keras' name for it (Keras: <c>initializers.deserialize</c>).</summary>
    /// <param name="node">The envelope, or a name as <c>"he_normal"</c>.</param>
    /// <param name="customObjects">Classes of your own. Default none.</param>
    /// <exception cref="InvalidDataException">The initializer or one of its settings is not supported.</exception>
    public static Initializer Deserialize(JsonNode node, IEnumerable<CustomObject>? customObjects = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        return InitializerFactory.FromConfig(node, new CustomObjects(customObjects ?? []));
    }

    /// <summary>Fills from the initializer's own seed, or else from the caller's stream.</summary>
    internal void Fill(Span<float> values, TensorShape shape, RandomStream random) =>
        Generate(values, shape, Seed is { } seed ? new RandomStream(seed, GetType().Name) : random);

    /// <summary>Computes the initial values.</summary>
    /// <param name="values">To be filled, in row-major order.</param>
    /// <param name="shape">Keras' layout: (kh, kw, in, out) or (in, out); a bias is (out).</param>
    /// <param name="random">The only source of random numbers to use.</param>
    protected abstract void Generate(Span<float> values, TensorShape shape, RandomStream random);
}
