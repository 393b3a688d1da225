using Microsoft.Playwright;

namespace CifarVision.Tests.Testing;

/// <summary>A page in <see cref="Chromium"/>, and what it asked for and complained of since it was opened.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private readonly List<string> _errors = [];
    private readonly List<string> _requests = [];

    public BrowserPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _errors.Add($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => _errors.Add($"uncaught: {error}");
        page.RequestFailed += (_, request) => _errors.Add($"{request.Url}: {request.Failure}");
        page.Request += (_, request) => _requests.Add(request.Url);
    }

    /// <summary>The page, with Playwright's API.</summary>
    public IPage Page { get; }

    /// <summary>Errors and warnings on the console, uncaught exceptions and failed requests.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>The addresses that the page asked for, its own included.</summary>
    public IReadOnlyList<string> Requests => _requests;

    /// <summary>Whether a reader must scroll sideways.</summary>
    public Task<bool> IsWiderThanWindowAsync() =>
        Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth > document.documentElement.clientWidth");

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
