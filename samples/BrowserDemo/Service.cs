using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.FileProviders;

namespace BrowserDemo;

/// <summary>The web service: its limits, its files and its endpoints.</summary>
internal static class Service
{
    private const string OneOfMany = "one of many";

    /// <summary>Creates the service; it listens once it runs.</summary>
    /// <param name="model">The model, which must outlive the service.</param>
    /// <param name="page">The files of its page.</param>
    /// <param name="limits">What to accept.</param>
    /// <param name="url">Where to listen.</param>
    public static WebApplication Create(DemoModel model, DemoPage page, ServiceLimits limits, string url)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            WebRootPath = "wwwroot",
        });
        builder.WebHost.UseUrls(url).ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = limits.UploadBytes;
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(model).AddSingleton<BatchQueue>().AddHostedService(services => services.GetRequiredService<BatchQueue>());
        builder.Services.AddHealthChecks().AddCheck<ModelCheck>("model");
        builder.Services.AddOpenApi();
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context => context.ProblemDetails.Detail ??= DetailOf(context.ProblemDetails.Status, limits));
        builder.Services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = (rejected, _) =>
            {
                rejected.HttpContext.Response.Headers.RetryAfter = "1";
                return ValueTask.CompletedTask;
            };
            limiter.AddConcurrencyLimiter(OneOfMany, requests =>
            {
                requests.PermitLimit = limits.AtOnce;
                requests.QueueLimit = limits.Waiting;
                requests.QueueProcessingOrder = QueueProcessingOrder.OldestFirst;
            });
        });

        WebApplication service = builder.Build();
        service.UseExceptionHandler();
        service.UseStatusCodePages();
        service.Use(ForbidOtherSites);
        service.UseFileServer();
        service.UseStaticFiles(FilesOf(page.Folder, ""));
        if (model.Examples is not null)
            service.UseStaticFiles(FilesOf(Path.GetFullPath(model.Examples), "/examples"));
        service.UseRateLimiter();
        service.MapOpenApi();
        service.MapHealthChecks("/health");
        service.MapGet("/info", () => PageInfo.Of(model, page, limits)).ExcludeFromDescription();
        ClassifyEndpoint.Map(service, OneOfMany);
        if (model.CanExplain)
            ExplainEndpoint.Map(service, OneOfMany);
        return service;
    }

    private static StaticFileOptions FilesOf(string folder, string path) => new() { FileProvider = new PhysicalFileProvider(folder), RequestPath = path };

    // The browser holds the page to its promise: it loads nothing from elsewhere, and sends pictures nowhere else.
    private static Task ForbidOtherSites(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; img-src 'self' blob: data:";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return next(context);
    }

    private static string? DetailOf(int? status, ServiceLimits limits) => status switch
    {
        StatusCodes.Status400BadRequest => "The request must be a form with pictures as files (multipart/form-data).",
        StatusCodes.Status413PayloadTooLarge => $"The pictures of a request must have at most {limits.UploadMegabytes} MB together. Make them smaller first.",
        StatusCodes.Status415UnsupportedMediaType => "The request must be a form with pictures as files (multipart/form-data).",
        StatusCodes.Status429TooManyRequests => "Too many requests are waiting. Try again in a second.",
        StatusCodes.Status500InternalServerError => "The service failed. Its log says why.",
        _ => null,
    };
}
