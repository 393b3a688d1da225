using CifarVision.Datasets;
using CifarVision.Runtime;

namespace BrowserDemo;

/// <summary>A file of a request.</summary>
internal static class UploadedPicture
{
    /// <summary>Decodes a picture and resizes it for the model.</summary>
    /// <param name="file">The file.</param>
    /// <param name="size">Height and width.</param>
    /// <param name="problem">What is wrong with it, in the words of the page; or null.</param>
    /// <returns>(height, width, 3), uint8; null if it is no picture.</returns>
    public static NDArray? Read(IFormFile file, Size2D size, out string? problem)
    {
        problem = null;
        try
        {
            using Stream content = file.OpenReadStream();
            return ImageFile.Load(content, size, name: file.FileName);
        }
        catch (InvalidDataException error)
        {
            // For the library it is an argument, for the reader of the page a picture; and a reader cannot raise the limit.
            problem = error.Message
                .Replace("ImageFile: stream", "A picture", StringComparison.Ordinal)
                .Replace(", or raise ImageFile.MaxPixels", "", StringComparison.Ordinal);
            return null;
        }
    }
}
