using System.Globalization;
using CifarVision.Tests.Testing;
using Microsoft.Playwright;

namespace CifarVision.WebTests;

/// <summary>The page of the sample BrowserDemo, in Chromium.</summary>
[Collection(typeof(DemoServiceCollection))]
public sealed class DemoPageTests(DemoService demo)
{
    private const double Close = 1e-3;

    [Fact]
    public async Task Click_OnExample_GivesPredictsClassAndProbabilities()
    {
        await using BrowserPage page = await OpenAsync();
        for (int i = 0; i < 3; i++)
        {
            await page.Page.Locator("#examples button").Nth(i).ClickAsync();
            float[] expected = demo.Predict(demo.Examples[i]);

            await AssertAnswerAsync(page, expected);
            await page.Page.WaitForSelectorAsync("#explanation:not([hidden])");
            Assert.Contains(demo.Model.Classes[expected.IndexOf(expected.Max())], await page.Page.Locator("#map-text").TextContentAsync(), StringComparison.Ordinal);
        }

        Assert.Empty(page.Errors);
        Assert.All(page.Requests, request => Assert.StartsWith($"{demo.Url}/", request.Replace("blob:", "", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Choose_Photograph_IsResizedAsOnTheServer()
    {
        byte[] photograph = Upload.Photograph();
        await using BrowserPage page = await OpenAsync();
        await ChooseAsync(page, "photograph.png", photograph);

        string path = Path.Combine(Path.GetDirectoryName(demo.Export)!, "photograph.png");
        await File.WriteAllBytesAsync(path, photograph, TestContext.Current.CancellationToken);
        await AssertAnswerAsync(page, demo.Predict(path));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Keyboard_ReachesChoiceAndExamples()
    {
        await using BrowserPage page = await OpenAsync();
        await page.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("choose", await page.Page.EvaluateAsync<string>("() => document.activeElement.id"));
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Enter");

        await AssertAnswerAsync(page, demo.Predict(demo.Examples[1]));
        Assert.Equal("true", await page.Page.Locator("#examples button").Nth(1).GetAttributeAsync("aria-pressed"));
    }

    [Theory]
    [InlineData(320, false)]
    [InlineData(768, true)]
    public async Task Page_FitsTheWindow(int width, bool dark)
    {
        await using BrowserPage page = await OpenAsync(width, dark);
        await page.Page.Locator("#examples button").First.ClickAsync();
        await AnsweredAsync(page);

        Assert.False(await page.IsWiderThanWindowAsync());
    }

    [Theory]
    [InlineData("notes.txt", "A picture must be a PNG, JPEG, WebP, BMP or GIF file, but notes.txt is none of them or is damaged.")]
    [InlineData("bomb.png", "A picture must be a picture of at most 67108864 pixels, but bomb.png has 1000000 x 1000000. Make it smaller first.")]
    [InlineData("large.png", "large.png has 2.0 MB, but the server takes at most 1 MB. Make it smaller first.")]
    public async Task Choose_BadPicture_ShowsOneError(string name, string message)
    {
        byte[] content = name switch
        {
            "bomb.png" => PictureBytes.PngHeader(1_000_000, 1_000_000),
            "large.png" => new byte[2 << 20],
            _ => "Some notes."u8.ToArray(),
        };
        await using BrowserPage page = await OpenAsync();
        await ChooseAsync(page, name, content);
        await AnsweredAsync(page);

        Assert.StartsWith(message, await page.Page.Locator("#error").TextContentAsync(), StringComparison.Ordinal);
        Assert.True(await page.Page.Locator("#bars").IsHiddenAsync());
    }

    [Fact]
    public async Task Page_WithoutItsModelFolder_SaysSoAndAsksTheServer()
    {
        string hidden = $"{demo.Export}-hidden";
        Directory.Move(demo.Export, hidden);
        try
        {
            await using BrowserPage page = await OpenAsync();

            Assert.Contains("could not load the network from the folder model", await page.Page.Locator("#error").TextContentAsync(), StringComparison.Ordinal);
            await page.Page.Locator("#examples button").First.ClickAsync();
            await AnsweredAsync(page);
            Assert.Equal(demo.Predict(demo.Examples[0]).Max(), (await ProbabilitiesAsync(page, "last-child")).Max(), Close);
        }
        finally
        {
            Directory.Move(hidden, demo.Export);
        }
    }

    private async Task<BrowserPage> OpenAsync(int width = 1280, bool dark = false)
    {
        BrowserPage page = await Chromium.OpenAsync(width, dark);
        await page.Page.GotoAsync(demo.Url);
        await page.Page.WaitForSelectorAsync("body[data-state=ready]");
        return page;
    }

    private static Task ChooseAsync(BrowserPage page, string name, byte[] content) =>
        page.Page.SetInputFilesAsync("#choose", new FilePayload { Name = name, MimeType = "image/png", Buffer = content });

    private static async Task AnsweredAsync(BrowserPage page) => await page.Page.WaitForSelectorAsync("#answer[data-state=done]");

    private async Task AssertAnswerAsync(BrowserPage page, float[] expected)
    {
        await AnsweredAsync(page);
        Assert.Equal("", await page.Page.Locator("#error").TextContentAsync());
        Assert.StartsWith(demo.Model.Classes[expected.IndexOf(expected.Max())], await page.Page.Locator("#status").TextContentAsync(), StringComparison.Ordinal);
        IReadOnlyList<string> classes = await page.Page.Locator("#bars tbody th").AllTextContentsAsync();
        Assert.Equal(demo.Model.Classes.Order(StringComparer.Ordinal), classes.Order(StringComparer.Ordinal));
        foreach (string column in (string[])["nth-child(2)", "nth-child(3)"])
        {
            double[] values = await ProbabilitiesAsync(page, column);
            Assert.All(classes.Zip(values), pair => Assert.Equal(expected[demo.Model.Classes.ToList().IndexOf(pair.First)], pair.Second, Close));
        }
    }

    private static async Task<double[]> ProbabilitiesAsync(BrowserPage page, string column)
    {
        string[] values = await page.Page.Locator($"#bars tbody td:{column}").EvaluateAllAsync<string[]>("cells => cells.map(cell => cell.dataset.value)");
        return [.. values.Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
    }
}
