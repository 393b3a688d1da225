using Microsoft.Playwright;

namespace CifarVision.Tests.Testing;

/// <summary>The browser that the tests of pages trust.</summary>
public class ChromiumTests
{
    [Fact]
    public async Task Page_ThatFails_IsRecorded()
    {
        await using BrowserPage page = await Chromium.OpenAsync();
        await page.Page.SetContentAsync("<img src='http://127.0.0.1:9/none.png'><script>console.error('spoiled'); throw new Error('uncaught one');</script>");
        await page.Page.WaitForLoadStateAsync(LoadState.Load);

        Assert.Contains("error: spoiled", page.Errors);
        Assert.Contains(page.Errors, error => error.Contains("uncaught one", StringComparison.Ordinal));
        Assert.Contains(page.Errors, error => error.Contains("none.png", StringComparison.Ordinal));
        Assert.Equal(["http://127.0.0.1:9/none.png"], page.Requests);
    }

    [Theory]
    [InlineData(false, "light")]
    [InlineData(true, "dark")]
    public async Task Page_HasTheWidthAndColorsAskedFor(bool dark, string scheme)
    {
        await using BrowserPage page = await Chromium.OpenAsync(width: 360, dark);
        await page.Page.SetContentAsync("<meta name=viewport content='width=device-width'><p>A page");

        Assert.Equal(360, await page.Page.EvaluateAsync<int>("() => window.innerWidth"));
        Assert.True(await page.Page.EvaluateAsync<bool>($"() => matchMedia('(prefers-color-scheme: {scheme})').matches"));
        Assert.False(await page.IsWiderThanWindowAsync());
        await page.Page.SetContentAsync("<p style='width: 500px'>A wide page");
        Assert.True(await page.IsWiderThanWindowAsync());
        Assert.Empty(page.Errors);
    }
}
