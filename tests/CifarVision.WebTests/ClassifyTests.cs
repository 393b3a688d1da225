using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CifarVision.Datasets;
using CifarVision.Evaluation;
using CifarVision.Tests.Testing;
using Microsoft.AspNetCore.Builder;

namespace CifarVision.WebTests;

/// <summary>The interface of the sample BrowserDemo for programs.</summary>
[Collection(typeof(DemoServiceCollection))]
public sealed class ClassifyTests(DemoService demo)
{
    [Fact]
    public async Task Classify_SeveralPictures_AreAsPredict()
    {
        JsonNode answer = await SendAsync(Upload.OfFiles(demo.Examples), HttpStatusCode.OK);

        JsonArray pictures = answer["pictures"]!.AsArray();
        Assert.Equal(demo.Examples.Count, pictures.Count);
        Assert.True(answer["milliseconds"]!.GetValue<double>() > 0);
        foreach ((JsonNode? picture, string path) in pictures.Zip(demo.Examples))
        {
            float[] expected = demo.Predict(path);
            Assert.Equal(Path.GetFileName(path), picture!["file"]!.GetValue<string>());
            Assert.Equal(demo.Model.Classes[expected.IndexOf(expected.Max())], picture["class"]!.GetValue<string>());
            Assert.Equal(expected.Max(), picture["probability"]!.GetValue<float>(), 1e-5);
            Assert.Equal(demo.Model.Classes, picture["probabilities"]!.AsObject().Select(pair => pair.Key));
            Assert.All(expected.Zip(picture["probabilities"]!.AsObject()), pair => Assert.Equal(pair.First, pair.Second.Value!.GetValue<float>(), 1e-5));
        }
    }

    [Fact]
    public async Task Classify_ManyPicturesAtOnce_AreComputedInBatches()
    {
        (long accepted, long batches) = (demo.Queue.Accepted, demo.Queue.Batches);

        await SendAsync(Upload.OfFiles(Enumerable.Repeat(demo.Examples[0], 32)), HttpStatusCode.OK);

        Assert.Equal(32, demo.Queue.Accepted - accepted);
        Assert.Equal(demo.Queue.Accepted, demo.Queue.Answered);
        Assert.InRange(demo.Queue.Batches - batches, 1, 16);
    }

    [Theory]
    [InlineData("notes.txt", "Some notes.", "A picture must be a PNG, JPEG, WebP, BMP or GIF file, but notes.txt is none of them or is damaged.")]
    [InlineData("empty.png", "", "A picture must be a PNG, JPEG, WebP, BMP or GIF file, but empty.png is empty.")]
    public async Task Classify_NoPicture_IsRefused(string name, string content, string message)
    {
        JsonNode problem = await SendAsync(Upload.Of((name, System.Text.Encoding.UTF8.GetBytes(content))), HttpStatusCode.BadRequest);

        Assert.StartsWith(message, Detail(problem), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_PictureThatIsCutOff_IsRefused()
    {
        byte[] whole = Upload.Photograph();

        JsonNode problem = await SendAsync(Upload.Of(("cut.png", whole[..(whole.Length / 2)])), HttpStatusCode.BadRequest);

        Assert.Equal("A picture must be a PNG, JPEG, WebP, BMP or GIF file, but cut.png is cut off. Copy or save it again.", Detail(problem));
    }

    [Fact]
    public async Task Classify_PictureOfTooManyPixels_IsRefusedBeforeItIsDecoded()
    {
        JsonNode problem = await SendAsync(Upload.Of(("bomb.png", PictureBytes.PngHeader(1_000_000, 1_000_000))), HttpStatusCode.BadRequest);

        Assert.Equal("A picture must be a picture of at most 67108864 pixels, but bomb.png has 1000000 x 1000000. Make it smaller first.", Detail(problem));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(33)]
    public async Task Classify_NoneOrTooManyPictures_AreRefused(int count)
    {
        MultipartFormDataContent form = Upload.OfFiles(Enumerable.Repeat(demo.Examples[0], count));
        form.Add(new StringContent("a field"), "text");

        JsonNode problem = await SendAsync(form, HttpStatusCode.BadRequest);

        Assert.Equal($"A request must have 1 to 32 pictures as files of a form, but has {count}.", Detail(problem));
    }

    [Fact]
    public async Task Classify_NoForm_IsRefused()
    {
        JsonNode problem = await SendAsync(new StringContent("a picture"), HttpStatusCode.UnsupportedMediaType);

        Assert.StartsWith("The request must be a form with pictures as files", Detail(problem), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_TooLargeUpload_Is413()
    {
        JsonNode problem = await SendAsync(Upload.Of(("large.png", new byte[2 << 20])), HttpStatusCode.RequestEntityTooLarge);

        Assert.Equal("The pictures of a request must have at most 1 MB together. Make them smaller first.", Detail(problem));
    }

    [Fact]
    public async Task Classify_QueueIsFull_Is429UntilThereIsRoom()
    {
        await using WebApplication small = await demo.StartAsync(new BrowserDemo.ServiceLimits(AtOnce: 1, Waiting: 0));
        var address = new Uri(new Uri(small.Urls.Single()), "/classify");
        MultipartFormDataContent form = Upload.OfFiles(demo.Examples[0]);
        var begun = new SlowContent(await form.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        begun.Headers.ContentType = form.Headers.ContentType;
        // The body is sent when the server asks for it, which it does after the request was let in.
        using var patient = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) });
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = begun, Headers = { ExpectContinue = true } };
        Task<HttpResponseMessage> first = patient.SendAsync(request, TestContext.Current.CancellationToken);
        await begun.Begun;

        HttpResponseMessage refused = await demo.Client.PostAsync(address, Upload.OfFiles(demo.Examples[0]), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.Equal("Too many requests are waiting. Try again in a second.", Detail((await refused.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!));
        begun.Finish();
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await demo.Client.PostAsync(address, Upload.OfFiles(demo.Examples[0]), TestContext.Current.CancellationToken)).StatusCode);
        await small.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Explain_Picture_IsTheMapOfItsClass()
    {
        float[] probabilities = demo.Predict(demo.Examples[0]);
        int label = probabilities.IndexOf(probabilities.Max());
        NDArray input = np.expand_dims(ImageFile.Load(demo.Examples[0], demo.Model.Size), 0).astype(np.float32) / 255f;

        JsonNode answer = await SendAsync(Upload.OfFiles(demo.Examples[0]), HttpStatusCode.OK, "/explain");

        Assert.Equal(demo.Model.Classes[label], answer["class"]!.GetValue<string>());
        Assert.Equal((32, 32), (answer["height"]!.GetValue<int>(), answer["width"]!.GetValue<int>()));
        float[] expected = new GradCam(demo.Model.Model).Compute(input, label).ToArray<float>();
        Assert.Equal(1, expected.Max(), 0.5);
        Assert.All(expected.Zip(answer["map"]!.AsArray()), pair => Assert.Equal(pair.First, pair.Second!.GetValue<float>(), 1e-4));
    }

    [Fact]
    public async Task Explain_NoPicture_IsRefused()
    {
        JsonNode problem = await SendAsync(Upload.Of(("notes.txt", "Some notes."u8.ToArray())), HttpStatusCode.BadRequest, "/explain");

        Assert.StartsWith("A picture must be a PNG, JPEG, WebP, BMP or GIF file, but notes.txt", Detail(problem), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_SaysThatTheModelAnswers() =>
        Assert.Equal("Healthy", await demo.Client.GetStringAsync("/health", TestContext.Current.CancellationToken));

    [Fact]
    public async Task OpenApi_DescribesClassify()
    {
        JsonNode document = (await demo.Client.GetFromJsonAsync<JsonNode>("/openapi/v1.json", TestContext.Current.CancellationToken))!;

        Assert.Equal(["/classify", "/explain"], document["paths"]!.AsObject().Select(path => path.Key));
        JsonNode classify = document["paths"]!["/classify"]!["post"]!;
        Assert.Equal(["200", "400", "413", "429"], classify["responses"]!.AsObject().Select(response => response.Key));
        Assert.NotNull(classify["requestBody"]!["content"]!["multipart/form-data"]);
        Assert.Equal(["milliseconds", "pictures"], document["components"]!["schemas"]!["Classification"]!["properties"]!.AsObject().Select(property => property.Key));
    }

    private static string Detail(JsonNode problem) => problem["detail"]!.GetValue<string>();

    private async Task<JsonNode> SendAsync(HttpContent content, HttpStatusCode expected, string address = "/classify")
    {
        // Without Expect, a client that still sends may see the connection close before it reads the answer.
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content, Headers = { ExpectContinue = true } };
        HttpResponseMessage response = await demo.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(expected, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken))!;
    }
}
