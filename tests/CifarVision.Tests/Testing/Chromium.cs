using Microsoft.Playwright;

namespace CifarVision.Tests.Testing;

/// <summary>An installed Chromium, which opens pages as a reader would: one process for all tests, which ends with this one.</summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private static readonly string? Program = Find();
    private static readonly Lazy<Task<IBrowser>> Browser = new(StartAsync);

    /// <summary>Opens an empty page, whose errors and requests are recorded.</summary>
    /// <param name="width">The width of the window, in CSS pixels.</param>
    /// <param name="dark">Whether the reader prefers dark colors.</param>
    public static async Task<BrowserPage> OpenAsync(int width = 1280, bool dark = false)
    {
        Require();
        IBrowser browser = await Browser.Value;
        IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
        });
        context.SetDefaultTimeout(30_000);
        return new BrowserPage(await context.NewPageAsync());
    }

    /// <summary>Skips the test if there is no Chromium, and fails it if <c>CIFARVISION_REQUIRE_CHROMIUM</c> is 1, as in .ci/run.</summary>
    public static void Require()
    {
        const string missing = "There is no Chromium in the PATH: install Debian's package chromium, or name the program in CIFARVISION_CHROMIUM.";
        Assert.False(Program is null && Environment.GetEnvironmentVariable("CIFARVISION_REQUIRE_CHROMIUM") == "1", missing);
        Assert.SkipWhen(Program is null, missing);
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CIFARVISION_CHROMIUM") is { Length: > 0 } named)
            return named;
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string ending = OperatingSystem.IsWindows() ? ".exe" : "";
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name + ending))).FirstOrDefault(File.Exists);
    }

    private static async Task<IBrowser> StartAsync()
    {
        IPlaywright playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program });
    }
}
