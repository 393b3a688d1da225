// Serves a page that classifies pictures in the browser and on this machine. Without arguments a small network is trained on drawn pictures at the first start.
using System.Globalization;
using BrowserDemo;
using CifarVision.Datasets;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return CommandLine.Run(args, Serve);

static int Serve(DemoOptions options)
{
    try
    {
        ImageFile.MaxPixels = options.MaxPixels;
        using DemoModel model = options.Model is null
            ? DrawnModel.LoadOrTrain(options.Output)
            : DemoModel.Load(options.Model, options.Classes, options.Raw);
        DemoPage page = DemoPage.Write(model, options.Output);
        using WebApplication service = Service.Create(model, page, options.Limits, options.Url);
        var queue = service.Services.GetRequiredService<BatchQueue>();
        service.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"open {options.Url} in a browser; Ctrl+C stops the service"));
        service.Run();
        Console.WriteLine($"{queue.Answered} of {queue.Accepted} accepted pictures answered, in {queue.Batches} batches");
        return 0;
    }
    catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException)
    {
        Console.Error.WriteLine(error.Message);
        return 1;
    }
}
