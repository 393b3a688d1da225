namespace BrowserDemo;

/// <summary>POST /explain: says which parts of an uploaded picture speak for its class.</summary>
internal static class ExplainEndpoint
{
    /// <summary>Adds the endpoint.</summary>
    /// <param name="service">The service.</param>
    /// <param name="policy">The name of the rate limiter.</param>
    public static void Map(WebApplication service, string policy) =>
        service.MapPost("/explain", ExplainAsync)
            .RequireRateLimiting(policy)
            .DisableAntiforgery()
            .WithName("Explain")
            .WithSummary("Says which parts of a picture speak for its class (Grad-CAM).")
            .WithDescription("Takes one PNG, JPEG, WebP, BMP or GIF file as the file of a form.")
            .Produces<Explanation>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);

    private static async Task<IResult> ExplainAsync(IFormFileCollection pictures, DemoModel model, BatchQueue queue)
    {
        if (pictures.Count != 1)
            return TypedResults.Problem($"A request must have 1 picture as file of a form, but has {pictures.Count}.", statusCode: StatusCodes.Status400BadRequest);
        return UploadedPicture.Read(pictures[0], model.Size, out string? problem) is { } picture
            ? TypedResults.Ok(await queue.ExplainAsync(picture))
            : TypedResults.Problem(problem, statusCode: StatusCodes.Status400BadRequest);
    }
}
