using System.Globalization;
using CifarVision.Tests.Reports;
using CifarVision.Tests.Testing;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace CifarVision.WebTests;

/// <summary>The page as a reader sees it in a real Chromium.</summary>
public sealed class ReportPageTests(ReportRun run) : IClassFixture<ReportRun>
{
    private string Address => new Uri(run.Page).AbsoluteUri;

    [Theory]
    [InlineData(360, false)]
    [InlineData(768, true)]
    [InlineData(1280, false)]
    public async Task Page_Opened_AsksForNothingAndFitsTheWindow(int width, bool dark)
    {
        await using BrowserPage page = await Chromium.OpenAsync(width, dark);
        await page.Page.GotoAsync(Address);

        Assert.Empty(page.Errors);
        Assert.Equal([Address], page.Requests.Where(request => !request.StartsWith("data:", StringComparison.Ordinal)));
        Assert.False(await page.IsWiderThanWindowAsync());
        Assert.Equal("A <title> & more", await page.Page.TitleAsync());
        Assert.True(await page.Page.EvaluateAsync<bool>("() => [...document.images].every(image => image.complete && image.naturalWidth > 0 && image.hasAttribute('alt'))"));
    }

    [Fact]
    public async Task Table_OfEpochs_EqualsTheHistory()
    {
        await using BrowserPage page = await Chromium.OpenAsync();
        await page.Page.GotoAsync(Address);

        string[] keys = ["accuracy", "val_accuracy", "loss", "val_loss"];
        double[] shown = await page.Page.EvaluateAsync<double[]>("() => [...document.querySelectorAll('#curves tbody data')].map(cell => Number(cell.value))");
        Assert.Equal(run.History.Epoch.SelectMany((_, row) => keys.Select(key => run.History.History[key][row])), shown);
        Assert.Equal(["epoch", "accuracy", "validation accuracy", "loss", "validation loss", "time"], await page.Page.Locator("#curves thead th").AllTextContentsAsync());
    }

    [Fact]
    public async Task Chart_KeyboardAndPointer_ShowTheValuesOfAnEpoch()
    {
        await using BrowserPage page = await Chromium.OpenAsync();
        await page.Page.GotoAsync(Address);
        ILocator chart = page.Page.Locator("#curves .chart").First;
        ILocator slider = chart.GetByRole(AriaRole.Slider, new LocatorGetByRoleOptions { Name = "Accuracy: epoch" });

        await slider.FocusAsync();
        await slider.PressAsync("Home");
        await slider.PressAsync("ArrowRight");
        Assert.Equal($"Epoch 2, training {Shown("accuracy", 1)}, validation {Shown("val_accuracy", 1)}", await slider.GetAttributeAsync("aria-valuetext"));
        Assert.Equal([Shown("accuracy", 1), Shown("val_accuracy", 1)], await chart.Locator("output").AllTextContentsAsync());

        LocatorBoundingBoxResult box = (await chart.Locator("svg").BoundingBoxAsync())!;
        await page.Page.Mouse.MoveAsync(box.X + (box.Width * 0.15f), box.Y + (box.Height / 2));
        Assert.Equal("Epoch 1", await chart.Locator(".where").TextContentAsync());
        Assert.Equal([Shown("accuracy", 0), Shown("val_accuracy", 0)], await chart.Locator("output").AllTextContentsAsync());
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Page_WithoutScript_HasTheValues()
    {
        await using BrowserPage opened = await Chromium.OpenAsync();
        await using IBrowserContext context = await opened.Page.Context.Browser!.NewContextAsync(new BrowserNewContextOptions { JavaScriptEnabled = false });
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(Address);

        Assert.Equal(run.History.Epoch.Count, await page.Locator("#curves tbody tr").CountAsync());
        Assert.False(await page.Locator("#curves input").First.IsVisibleAsync());
        Assert.Equal(Shown("accuracy", run.History.Epoch.Count - 1), await page.Locator("#curves output").First.TextContentAsync());
    }

    [Theory]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(360, false)]
    public async Task Page_RulesOfAccessibility_AreKept(int width, bool dark)
    {
        await using BrowserPage page = await Chromium.OpenAsync(width, dark);
        // The rules are checked by a script, which the page would refuse.
        await page.Page.SetContentAsync((await File.ReadAllTextAsync(run.Page)).Replace("http-equiv=\"Content-Security-Policy\"", "name=\"policy\"", StringComparison.Ordinal));
        AxeResult result = await page.Page.RunAxe();

        Assert.Empty(result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {violation.Help}: {node.Html}")));
        Assert.True(result.Passes.Length > 20, string.Create(CultureInfo.InvariantCulture, $"{result.Passes.Length} rules were checked."));
    }

    [Fact]
    public async Task Page_Printed_ShowsAllTablesAndNoControls()
    {
        await using BrowserPage page = await Chromium.OpenAsync(dark: true);
        await page.Page.GotoAsync(Address);
        await page.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print, ColorScheme = ColorScheme.Light });

        Assert.False(await page.Page.Locator("nav").IsVisibleAsync());
        Assert.False(await page.Page.Locator("#curves input").First.IsVisibleAsync());
        Assert.True(await page.Page.Locator("#curves table").IsVisibleAsync());
        Assert.NotEmpty(await page.Page.PdfAsync());
    }

    private string Shown(string key, int epoch) => run.History.History[key][epoch].ToString("F4", CultureInfo.InvariantCulture);
}
