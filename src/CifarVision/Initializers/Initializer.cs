using System.Text.Json.Nodes;
using CifarVision.Runtime;
using CifarVision.Serialization;

namespace CifarVision.Initializers;

/// <summary>Computes the initial values of weights (Keras: <c>keras.initializers.Initializer</c>). For an initializer of your own, implement <see cref="Generate"/>.</summary>
public abstract class Initializer
{
    /// <summary>Creates an initializer.</summary>
    /// <param name="seed">With a seed, the same shape gets the same values each time; without one they follow <see cref="TorchRuntime.SetSeed"/>.</param>
    protected Initializer(long? seed = null) => Seed = seed;

    /// <summary>The seed of the initializer, or null.</summary>
    public long? Seed { get; }

    /// <summary>Creates an array of initial values (Keras: <c>initializer(shape)</c>).</summary>
    /// <param name="shape">The shape in Keras' layout: (kh, kw, in, out) for a convolution kernel, (in, out) for a dense kernel.</param>
    /// <returns>A float32 array of that shape.</returns>
    public NDArray Call(TensorShape shape)
    {
        var values = new float[shape.ElementCount];
        Fill(values, shape, TorchRuntime.NewStream(GetType().Name));
        return np.array(values).reshape(shape.Dims.ToArray());
    }

    /// <summary>Returns the settings under Keras' names.</summary>
    public virtual JsonObject GetConfig() => new() { ["seed"] = Seed };

    /// <summary>Returns the initializer as in the config of a layer: class name and settings (Keras: <c>initializers.serialize</c>).</summary>
    public JsonObject Serialize() => this.ToKeras();

    /// <summary>Creates an initializer from the result of <see cref="Serialize"/>, or from Keras' name of it (Keras: <c>initializers.deserialize</c>).</summary>
    /// <param name="node">The envelope, or a name such as <c>"he_normal"</c>.</param>
    /// <param name="customObjects">Classes of your own. Default none.</param>
    /// <exception cref="InvalidDataException">The initializer or one of its settings is not supported.</exception>
    public static Initializer Deserialize(JsonNode node, IEnumerable<CustomObject>? customObjects = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        return InitializerFactory.FromEnvelope(node, new CustomObjects(customObjects ?? []));
    }

    /// <summary>Fills values from the seed of the initializer, or else from the stream of the caller.</summary>
    internal void Fill(Span<float> values, TensorShape shape, RandomStream random) =>
        Generate(values, shape, Seed is { } seed ? new RandomStream(seed, GetType().Name) : random);

    /// <summary>Computes the initial values.</summary>
    /// <param name="values">The values to fill, in row-major order.</param>
    /// <param name="shape">The shape in Keras' layout: (kh, kw, in, out) or (in, out); a bias is (out).</param>
    /// <param name="random">The only source of random numbers to use.</param>
    protected abstract void Generate(Span<float> values, TensorShape shape, RandomStream random);
}
