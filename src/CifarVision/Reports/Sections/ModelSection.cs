using CifarVision.Layers;
using CifarVision.Models;
using CifarVision.Reports.Page;

namespace CifarVision.Reports.Sections;

/// <summary>The layers of the model with their sizes and costs.</summary>
internal sealed class ModelSection : ReportSection
{
    private readonly DataTable _layers = new("Layers", "layer", "type", "output shape", "parameters", "MFLOP") { TextColumns = 3 };
    private readonly FactList _facts = new();

    /// <summary>Collects the layers.</summary>
    public ModelSection(Model model)
        : base("model", "Model")
    {
        AddLayers(model, level: 0);
        long all = model.CountParams();
        long trainable = model.Weights.Where(weight => weight.Trainable).Sum(weight => weight.Value.numel());
        _facts.Add("Type", $"{model.GetType().Name} \"{model.Name}\"");
        _facts.Add("Parameters", ReportNumber.Count(all));
        _facts.Add("of them trainable", ReportNumber.Count(trainable));
        _facts.Add("Cost of a prediction", FormattableString.Invariant($"{model.ForwardFlops / 1e6:N1} MFLOP an image"));
        _facts.Add("Weights", $"{ReportNumber.Bytes(4.0 * all)} as float32");
    }

    /// <inheritdoc/>
    protected override void WriteContent(HtmlWriter html)
    {
        _facts.Write(html);
        _layers.Write(html);
    }

    private void AddLayers(Model model, int level)
    {
        foreach (Layer layer in model.Layers)
        {
            string name = level == 0 ? layer.Name : $"{new string('\u00A0', (level - 1) * 3)}└ {layer.Name}";
            long flops = layer.ForwardFlops;
            _layers.Add(
                name,
                layer.GetType().Name,
                layer.OutputShape.ToString(),
                DataCell.Count(layer.Weights.Sum(weight => weight.Value.numel())),
                flops == 0 ? "–" : FormattableString.Invariant($"{flops / 1e6:N2}"));
            if (layer is Model nested)
                AddLayers(nested, level + 1);
        }
    }
}
