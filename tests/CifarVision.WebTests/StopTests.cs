using System.Net;
using BrowserDemo;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CifarVision.WebTests;

/// <summary>How the sample BrowserDemo stops.</summary>
[Collection(typeof(DemoServiceCollection))]
public sealed class StopTests(DemoService demo)
{
    private const int Clients = 16;

    [Fact]
    public async Task Stop_UnderLoad_AnswersWhatWasAccepted()
    {
        WebApplication service = await demo.StartAsync(new ServiceLimits());
        var queue = service.Services.GetRequiredService<BatchQueue>();
        var address = new Uri(new Uri(service.Urls.Single()), "/classify");
        byte[] picture = await File.ReadAllBytesAsync(demo.Examples[0], TestContext.Current.CancellationToken);
        using var client = new HttpClient();
        Task<int>[] clients = [.. Enumerable.Range(0, Clients).Select(_ => Task.Run(() => AskUntilGoneAsync(client, address, picture)))];
        while (queue.Answered < 4 * Clients)
            await Task.Delay(1, TestContext.Current.CancellationToken);

        await service.StopAsync(TestContext.Current.CancellationToken);

        int answered = (await Task.WhenAll(clients)).Sum();
        Assert.Equal(queue.Accepted, queue.Answered);
        Assert.Equal(queue.Accepted, answered);
        await service.DisposeAsync();
    }

    // The number of answers until the service takes no more requests.
    private static async Task<int> AskUntilGoneAsync(HttpClient client, Uri address, byte[] picture)
    {
        for (int answers = 0; ; answers++)
        {
            try
            {
                HttpResponseMessage response = await client.PostAsync(address, Upload.Of(("picture.png", picture)));
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            }
            catch (HttpRequestException)
            {
                return answers;
            }
        }
    }
}
