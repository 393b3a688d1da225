using PureHDF.Filters;

namespace CifarVision.Formats.Hdf5;

/// <summary>The filters of an array's chunks. PureHDF's run in unsafe code with the parameters of the file, so only those that h5py uses pass, with sound parameters.</summary>
internal static class Hdf5Filters
{
    private const int FirstWithName = 256;

    /// <summary>Reads the filters of a header.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The size of a value that the shuffle filter is given; null without one.</returns>
    /// <exception cref="InvalidDataException">There is another filter.</exception>
    public static long? Read(Hdf5Fields message)
    {
        long? shuffled = null;
        byte version = message.Byte();
        int count = message.Byte();
        message.Take(version == 1 ? 6 : 0);
        for (int i = 0; i < count; i++)
        {
            int id = message.UInt16();
            int nameLength = version == 1 || id >= FirstWithName ? message.UInt16() : 0;
            message.Take(2);
            int parameters = message.UInt16();
            // Version 1 fills names to 8 bytes, and parameters to an even number.
            message.Take(version == 1 ? (nameLength + 7) / 8 * 8 : nameLength);
            var values = new Hdf5Fields(message.Take(parameters * sizeof(uint)));
            message.Take(version == 1 && parameters % 2 != 0 ? sizeof(uint) : 0);
            switch (id)
            {
                case ShuffleFilter.Id:
                    shuffled = values.UInt32();
                    break;
                case DeflateFilter.Id or Fletcher32Filter.Id:
                    break;
                default:
                    throw new InvalidDataException($"its chunks use the filter {id}, but only deflate, shuffle and fletcher32 are supported.");
            }
        }

        return shuffled;
    }
}
