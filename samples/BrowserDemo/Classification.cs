namespace BrowserDemo;

/// <summary>The answer to a request.</summary>
/// <param name="Milliseconds">The time from the received pictures to the answer.</param>
/// <param name="Pictures">What each picture shows, in the order of the request.</param>
internal sealed record Classification(double Milliseconds, IReadOnlyList<ClassifiedPicture> Pictures);
