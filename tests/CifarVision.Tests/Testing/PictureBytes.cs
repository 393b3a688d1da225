using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using SkiaSharp;

namespace CifarVision.Tests.Testing;

/// <summary>Files of pictures, of every kind that people have; what Skia cannot write is put together byte by byte.</summary>
internal static class PictureBytes
{
    /// <summary>A picture of one colour.</summary>
    public static SKBitmap Flat(int height, int width, SKColor colour)
    {
        var picture = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        Pixels(picture).Fill(Rgba(colour));
        return picture;
    }

    /// <summary>A picture of four colours, each a square of <paramref name="side"/> pixels: first row first.</summary>
    public static SKBitmap Quarters(int side, params SKColor[] colours)
    {
        SKBitmap picture = Flat(2 * side, 2 * side, colours[0]);
        for (int y = 0; y < 2 * side; y++)
        {
            Span<uint> row = Pixels(picture).Slice(y * 2 * side, 2 * side);
            row[..side].Fill(Rgba(colours[2 * (y / side)]));
            row[side..].Fill(Rgba(colours[(2 * (y / side)) + 1]));
        }

        return picture;
    }

    public static void Set(SKBitmap picture, int y, int x, SKColor colour) => Pixels(picture)[(y * picture.Width) + x] = Rgba(colour);

    public static byte[] Png(SKBitmap picture) => Encoded(picture, SKEncodedImageFormat.Png);

    /// <summary>JPEG of the best quality, with the colours at full resolution.</summary>
    public static byte[] Jpeg(SKBitmap picture)
    {
        using SKPixmap pixels = picture.PeekPixels();
        using SKData data = pixels.Encode(new SKJpegEncoderOptions(100, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore))!;
        return data.ToArray();
    }

    /// <summary>WebP without loss.</summary>
    public static byte[] Webp(SKBitmap picture)
    {
        using SKPixmap pixels = picture.PeekPixels();
        using SKData data = pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100))!;
        return data.ToArray();
    }

    /// <summary>A JPEG of one channel.</summary>
    public static byte[] GreyJpeg(byte grey)
    {
        using var picture = new SKBitmap(8, 8, SKColorType.Gray8, SKAlphaType.Opaque);
        picture.GetPixelSpan().Fill(grey);
        return Encoded(picture, SKEncodedImageFormat.Jpeg);
    }

    /// <summary>The JPEG with an EXIF segment that says how the camera was held, 1 to 8.</summary>
    public static byte[] WithOrientation(byte[] jpeg, byte orientation, bool bigEndian = false)
    {
        byte[] tiff = bigEndian
            ? [.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]
            : [.. "II"u8, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];
        byte[] exif = [.. "Exif\0\0"u8, .. tiff];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg[2..]];
    }

    /// <summary>
    /// A JPEG of 8 x 8 pixels of one colour in four inks, as image editors write it: Adobe's, with all values inverted, so that 255 is no ink.
    /// Of each channel there is the mean only, coded as the number of its bits (four bits), its bits, and one bit that ends the block.
    /// </summary>
    public static byte[] CmykJpeg(byte cyan, byte magenta, byte yellow, byte black)
    {
        var bits = new StringBuilder();
        foreach (byte ink in new[] { cyan, magenta, yellow, black })
        {
            int mean = ink - 128;
            int size = mean == 0 ? 0 : (int)Math.Log2(Math.Abs(mean)) + 1;
            int coded = mean < 0 ? mean + (1 << size) - 1 : mean;
            bits.Append(Convert.ToString(size, 2).PadLeft(4, '0'));
            if (size > 0)
                bits.Append(Convert.ToString(coded, 2).PadLeft(size, '0'));
            bits.Append('0');
        }

        while (bits.Length % 8 != 0)
            bits.Append('1');
        var scan = new List<byte>();
        for (int i = 0; i < bits.Length; i += 8)
        {
            scan.Add(Convert.ToByte(bits.ToString(i, 8), 2));
            if (scan[^1] == 0xFF)
                scan.Add(0);
        }

        return
        [
            0xFF, 0xD8,
            .. Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0]),
            .. Segment(0xDB, [0, .. Enumerable.Repeat((byte)8, 64)]),
            .. Segment(0xC0, [8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0]),
            .. Segment(0xC4, [0x00, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]),
            .. Segment(0xC4, [0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            .. Segment(0xDA, [4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0]),
            .. scan,
            0xFF, 0xD9,
        ];

        static byte[] Segment(byte marker, byte[] content) => [0xFF, marker, 0, (byte)(content.Length + 2), .. content];
    }

    /// <summary>A PNG of one row of grey of 16 bits.</summary>
    public static byte[] Png16(params ushort[] grey)
    {
        var row = new byte[1 + (2 * grey.Length)];
        for (int i = 0; i < grey.Length; i++)
            BinaryPrimitives.WriteUInt16BigEndian(row.AsSpan(1 + (2 * i)), grey[i]);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(row);
        return PngOf(grey.Length, 1, bitDepth: 16, colourType: 0, packed.ToArray());
    }

    /// <summary>A PNG whose header says a size and that has next to no pixels.</summary>
    public static byte[] PngHeader(int height, int width) => PngOf(width, height, bitDepth: 8, colourType: 2, [0x78, 0x9C, 0x63, 0, 0]);

    /// <summary>A BMP of 24 bits, bottom row first and rows of whole four bytes, as the format is.</summary>
    public static byte[] Bmp(SKBitmap picture)
    {
        int rowBytes = ((picture.Width * 3) + 3) / 4 * 4;
        var file = new byte[54 + (rowBytes * picture.Height)];
        "BM"u8.CopyTo(file);
        int[] fields = [file.Length, 0, 54, 40, picture.Width, picture.Height, 1 | (24 << 16), 0, rowBytes * picture.Height, 0, 0, 0, 0];
        for (int i = 0; i < fields.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2 + (4 * i)), fields[i]);
        for (int y = 0; y < picture.Height; y++)
        {
            for (int x = 0; x < picture.Width; x++)
            {
                SKColor colour = picture.GetPixel(x, y);
                byte[] pixel = [colour.Blue, colour.Green, colour.Red];
                pixel.CopyTo(file, 54 + ((picture.Height - 1 - y) * rowBytes) + (3 * x));
            }
        }

        return file;
    }

    /// <summary>A GIF of one pixel, the second colour of a palette of two.</summary>
    public static byte[] Gif(SKColor colour) =>
        [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, colour.Red, colour.Green, colour.Blue, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x4C, 1, 0, 0x3B];

    /// <summary>An animated WebP: frames of one size, half a second each.</summary>
    public static byte[] AnimatedWebp(params SKBitmap[] frames)
    {
        byte[] size = [.. UInt24(frames[0].Width - 1), .. UInt24(frames[0].Height - 1)];
        byte[] chunks =
        [
            .. Chunk("VP8X", [0x12, 0, 0, 0, .. size]),
            .. Chunk("ANIM", new byte[6]),
            // After "RIFF", a length and "WEBP" a still picture is one chunk, and that is what a frame holds.
            .. frames.SelectMany(frame => Chunk("ANMF", [0, 0, 0, 0, 0, 0, .. size, .. UInt24(500), 0, .. Webp(frame)[12..]])),
        ];
        return Chunk("RIFF", [.. "WEBP"u8, .. chunks]);

        static byte[] UInt24(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];

        static byte[] Chunk(string name, byte[] content)
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
            return [.. Encoding.ASCII.GetBytes(name), .. length, .. content, .. new byte[content.Length % 2]];
        }
    }

    private static Span<uint> Pixels(SKBitmap picture) => MemoryMarshal.Cast<byte, uint>(picture.GetPixelSpan());

    private static uint Rgba(SKColor colour) => colour.Red | ((uint)colour.Green << 8) | ((uint)colour.Blue << 16) | ((uint)colour.Alpha << 24);

    private static byte[] Encoded(SKBitmap picture, SKEncodedImageFormat format)
    {
        using SKData data = picture.Encode(format, 100);
        return data.ToArray();
    }

    private static byte[] PngOf(int width, int height, byte bitDepth, byte colourType, byte[] packed)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (bitDepth, colourType);
        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. PngChunk("IHDR", header), .. PngChunk("IDAT", packed), .. PngChunk("IEND", [])];
    }

    private static byte[] PngChunk(string name, byte[] content)
    {
        byte[] checkedPart = [.. Encoding.ASCII.GetBytes(name), .. content];
        uint checksum = uint.MaxValue;
        foreach (byte value in checkedPart)
        {
            checksum ^= value;
            for (int bit = 0; bit < 8; bit++)
                checksum = (checksum >> 1) ^ (0xEDB88320 & (0 - (checksum & 1)));
        }

        var ends = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(ends, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(ends.AsSpan(4), ~checksum);
        return [.. ends[..4], .. checkedPart, .. ends[4..]];
    }
}
