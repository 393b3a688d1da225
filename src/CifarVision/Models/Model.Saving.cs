using System.Text.Json.Nodes;
using CifarVision.Formats;
using CifarVision.Serialization;

namespace CifarVision.Models;

public partial class Model
{
    /// <summary>
    /// Saves the whole model: architecture, weights and, if it is compiled, optimizer, losses and metrics with the optimizer's state, so that
    /// training can go on. The dtype given to Compile is not part of a file. Files are in the layout that every Keras from 3.0 on reads.
    /// </summary>
    /// <param name="path">A file that ends with <c>.keras</c>, or with <c>.h5</c> for Keras' legacy format. The old file is kept until the new one is complete.</param>
    /// <exception cref="ArgumentException">The extension is not supported.</exception>
    /// <exception cref="InvalidOperationException">The model is not built.</exception>
    /// <exception cref="NotSupportedException">A layer has no config; <see cref="SaveWeights"/> needs none.</exception>
    public void Save(string path) => ModelFile.Write(this, path);

    /// <summary>Loads a whole model that <see cref="Save"/> or any Keras from 2.0 on saved, compiled as it was.</summary>
    /// <param name="path">A file that ends with <c>.keras</c>, or with <c>.h5</c> in Keras' legacy format.</param>
    /// <param name="customObjects">Classes of your own that the file names, as <c>[CustomObject.Of(config => new Swish())]</c>. Default none.</param>
    /// <param name="compile">Whether to compile as the file says. Default true; false leaves optimizer, losses and metrics to you.</param>
    /// <returns>A <see cref="Sequential"/> if the file holds one.</returns>
    /// <exception cref="ArgumentException">The extension is not supported.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or names a layer, setting, optimizer, loss or metric that is not offered; the message says which.
    /// </exception>
    public static Model Load(string path, IEnumerable<CustomObject>? customObjects = null, bool compile = true) =>
        ModelFile.Read(path, new CustomObjects(customObjects ?? []), compile);

    /// <summary>
    /// Returns the architecture and how the model is compiled, as Keras 3.15's <c>to_json</c> writes them; for older versions of Keras, use
    /// <see cref="Save"/>. Weights are not in it.
    /// </summary>
    /// <exception cref="NotSupportedException">A layer has no config.</exception>
    public string ToJson() => KerasFormat.ToText(CurrentConfig.From(ToKeras()));

    /// <summary>Creates a model as <see cref="ToJson"/> or Keras' <c>to_json</c> described it, with initial weights of its own, compiled as it was.</summary>
    /// <param name="json">The text.</param>
    /// <param name="customObjects">Classes of your own that the text names. Default none.</param>
    /// <returns>A <see cref="Sequential"/> if the text describes one.</returns>
    /// <exception cref="InvalidDataException">It is no such text, or names a layer, setting, optimizer, loss or metric that is not offered.</exception>
    public static Model FromJson(string json, IEnumerable<CustomObject>? customObjects = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        const string source = "the JSON";
        var customs = new CustomObjects(customObjects ?? []);
        JsonObject envelope = KerasFormat.ParseObject(json, source);
        Model model = ModelConfig.Read(envelope, source, customs, awaitsValues: false);
        CompileConfig.Apply(model, envelope["compile_config"], source, customs, () => []);
        return model;
    }

    /// <summary>Returns the settings under Keras' names: the layers in their envelopes and their calls, as every Keras 3 reads them.</summary>
    /// <exception cref="NotSupportedException">A layer has no config.</exception>
    public override JsonObject GetConfig() => ModelConfig.WriteConfig(this);

    /// <summary>Creates a functional model of the same layers as the one whose <see cref="GetConfig"/> this is, with initial weights of its own and not compiled.</summary>
    /// <param name="config">The settings under Keras' names.</param>
    /// <param name="customObjects">Classes of your own that the config names. Default none.</param>
    /// <exception cref="InvalidDataException">The config names a layer or setting that is not offered.</exception>
    public static Model FromConfig(JsonObject config, IEnumerable<CustomObject>? customObjects = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        return ModelConfig.ReadConfig("Functional", config, new CustomObjects(customObjects ?? []));
    }

    /// <summary>Saves all weights, and nothing of the architecture. The ending says the format.</summary>
    /// <param name="path">
    /// <c>.weights.h5</c> for Keras 3, with the optimizer's state if the model is compiled; <c>.h5</c> for Keras' legacy layout; <c>.npz</c> for
    /// NumPy and <c>.safetensors</c> for PyTorch, both with Keras' paths for names (<c>sequential/conv2d/kernel</c>) and in Keras' order of axes.
    /// The old file is kept until the new one is complete.
    /// </param>
    /// <exception cref="ArgumentException">The extension is not supported.</exception>
    /// <exception cref="InvalidOperationException">The model is not built.</exception>
    public void SaveWeights(string path) => WeightFile.Write(this, path);

    /// <summary>Loads weights that <see cref="SaveWeights"/> or Keras saved from a model of the same layers.</summary>
    /// <inheritdoc cref="LoadWeights(string, bool, bool)"/>
    public void LoadWeights(string path) => LoadWeights(path, skipMismatch: false);

    /// <summary>Loads weights that <see cref="SaveWeights"/> or Keras saved. The optimizer's state, if a file has it, is left out.</summary>
    /// <param name="path">
    /// A file that ends with <c>.weights.h5</c>, <c>.keras</c>, <c>.h5</c>, <c>.npz</c> or <c>.safetensors</c>. In the first two a layer is found by
    /// its class and number, in <c>.h5</c> by its place among those that have weights, in the last two by its name.
    /// </param>
    /// <param name="skipMismatch">Whether to leave a layer as it is when the file has no weights for it, or others in number or shape.</param>
    /// <param name="byName">
    /// Whether a layer of an <c>.h5</c> file is found by its name instead, as Keras' <c>by_name</c> does: layers that the file does not name are
    /// left as they are. Default false. The last two formats are always read by name.
    /// </param>
    /// <returns>The paths of the layers that were left as they are, as <c>sequential/dense_2</c>.</returns>
    /// <exception cref="ArgumentException">The extension is not supported, or has no names for <paramref name="byName"/>.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or of another format, or its weights are not the model's; all stay as they were.</exception>
    /// <exception cref="InvalidOperationException">The model is not built.</exception>
    public IReadOnlyList<string> LoadWeights(string path, bool skipMismatch = false, bool byName = false) => WeightFile.Load(this, path, skipMismatch, byName);

    /// <inheritdoc/>
    internal override JsonObject ToKeras() => ModelConfig.Write(this);

    /// <summary>Rejects a model whose weights do not exist yet.</summary>
    /// <exception cref="InvalidOperationException">The model is not built.</exception>
    internal void RequireBuilt(string verb)
    {
        if (!IsBuilt)
            throw new InvalidOperationException($"{Kind}: {verb} must come after the model is built. Give it an input shape, or call Build.");
    }
}
