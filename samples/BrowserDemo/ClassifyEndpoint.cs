using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BrowserDemo;

/// <summary>POST /classify: says what one or several uploaded pictures show.</summary>
internal static class ClassifyEndpoint
{
    /// <summary>Adds the endpoint.</summary>
    /// <param name="service">The service.</param>
    /// <param name="policy">The name of the rate limiter.</param>
    public static void Map(WebApplication service, string policy) =>
        service.MapPost("/classify", ClassifyAsync)
            .RequireRateLimiting(policy)
            .DisableAntiforgery()
            .WithName("Classify")
            .WithSummary("Says what pictures show.")
            .WithDescription($"Takes 1 to {ServiceLimits.Pictures} PNG, JPEG, WebP, BMP or GIF files as the files of a form.")
            .Produces<Classification>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);

    private static async Task<IResult> ClassifyAsync(IFormFileCollection pictures, DemoModel model, BatchQueue queue)
    {
        long start = Stopwatch.GetTimestamp();
        if (pictures.Count is 0 or > ServiceLimits.Pictures)
            return Refuse($"A request must have 1 to {ServiceLimits.Pictures} pictures as files of a form, but has {pictures.Count}.");
        var images = new List<NDArray>();
        foreach (IFormFile picture in pictures)
        {
            if (UploadedPicture.Read(picture, model.Size, out string? problem) is not { } image)
                return Refuse(problem!);
            images.Add(image);
        }

        float[][] answers = await Task.WhenAll(images.Select(queue.ClassifyAsync));
        IEnumerable<ClassifiedPicture> classified = pictures.Zip(answers, (picture, answer) => Classified(picture.FileName, answer, model.Classes));
        return TypedResults.Ok(new Classification(Stopwatch.GetElapsedTime(start).TotalMilliseconds, [.. classified]));
    }

    private static ClassifiedPicture Classified(string file, float[] answer, IReadOnlyList<string> classes)
    {
        int best = Array.IndexOf(answer, answer.Max());
        return new ClassifiedPicture(file, classes[best], answer[best], classes.Zip(answer).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    private static ProblemHttpResult Refuse(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status400BadRequest);
}
