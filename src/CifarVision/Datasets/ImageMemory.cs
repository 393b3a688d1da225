using System.Runtime.InteropServices;

namespace CifarVision.Datasets;

/// <summary>Memory for the images of a set.</summary>
internal static unsafe partial class ImageMemory
{
    private const int MadvHugePage = 14;

    /// <summary>
    /// Allocates an array (count, height, width, channels) of bytes whose content is still to be written. On Linux it requests huge pages: the first write to a page
    /// costs far more than filling it, and pages of 2 MB make loading CIFAR-10 several times as fast.
    /// </summary>
    public static NDArray Empty(int count, int height, int width, int channels)
    {
        NDArray images = np.empty(new Shape(count, height, width, channels), NPTypeCode.Byte);
        nuint start = (nuint)images.Unsafe.Address;
        nuint page = (nuint)Environment.SystemPageSize;
        nuint firstPage = (start + page - 1) / page * page;
        nuint end = start + (nuint)images.size;
        if (OperatingSystem.IsLinux() && end > firstPage)
            _ = madvise((void*)firstPage, end - firstPage, MadvHugePage);
        return images;
    }

    // A kernel without huge pages returns an error, which can be ignored.
    [LibraryImport("libc")]
    private static partial int madvise(void* address, nuint length, int advice);
}
