using BrowserDemo;
using CifarVision.Datasets;
using CifarVision.Tests.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CifarVision.WebTests;

/// <summary>The sample BrowserDemo on a free port of this machine, with the network that it trains at its first start.</summary>
public sealed class DemoService : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private DemoModel? _model;

    /// <summary>The service's client.</summary>
    public HttpClient Client { get; } = new();

    /// <summary>The example pictures.</summary>
    public IReadOnlyList<string> Examples => [.. Directory.EnumerateFiles(Path.Combine(_folder.Path, "examples")).Order(StringComparer.Ordinal)];

    /// <summary>The folder of the export that the page loads.</summary>
    public string Export => Path.Combine(_folder.Path, "page", "model");

    internal DemoModel Model => _model!;

    internal WebApplication Service { get; private set; } = null!;

    internal BatchQueue Queue => Service.Services.GetRequiredService<BatchQueue>();

    internal string Url => Service.Urls.Single();

    public async ValueTask InitializeAsync()
    {
        using (new QuietConsole())
            _model = DrawnModel.LoadOrTrain(_folder.Path);
        Service = await StartAsync(new ServiceLimits(UploadMegabytes: 1));
        Client.BaseAddress = new Uri(Url);
    }

    /// <summary>Starts another service for the same model.</summary>
    internal async Task<WebApplication> StartAsync(ServiceLimits limits)
    {
        WebApplication service = BrowserDemo.Service.Create(Model, DemoPage.Write(Model, _folder.Path), limits, "http://127.0.0.1:0");
        await service.StartAsync();
        return service;
    }

    /// <summary>What Predict says of a picture.</summary>
    internal float[] Predict(string path) =>
        Model.Model.Predict(np.expand_dims(ImageFile.Load(path, Model.Size), 0).astype(np.float32) / 255f).ToArray<float>();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Service.StopAsync();
        await Service.DisposeAsync();
        _model?.Dispose();
        _folder.Dispose();
    }
}
