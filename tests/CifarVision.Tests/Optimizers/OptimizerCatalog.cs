using System.Text.Json.Nodes;
using CifarVision.Optimizers;

namespace CifarVision.Tests.Optimizers;

/// <summary>Every optimizer of the library, found by reflection, with all it can keep between steps turned on.</summary>
public static class OptimizerCatalog
{
    public static TheoryData<string> Names =>
        [.. typeof(Optimizer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Optimizer)) && !type.IsAbstract).Select(type => type.Name).Order(StringComparer.Ordinal)];

    public static Optimizer Create(string name)
    {
        JsonObject config = OptimizerFactory.FromConfig(name, []).GetConfig();
        Dictionary<string, JsonNode> settings = new()
        {
            ["weight_decay"] = 0.1,
            ["global_clipnorm"] = 0.5,
            ["use_ema"] = true,
            ["ema_overwrite_frequency"] = 2,
            ["gradient_accumulation_steps"] = 3,
            ["momentum"] = 0.9,
            ["amsgrad"] = true,
            ["centered"] = true,
        };
        foreach ((string key, JsonNode value) in settings)
        {
            if (config.ContainsKey(key))
                config[key] = value;
        }

        return OptimizerFactory.FromConfig(name, config);
    }
}
