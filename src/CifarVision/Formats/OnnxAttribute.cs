using Google.Protobuf;

namespace CifarVision.Formats;

/// <summary>The value of an attribute of an ONNX operator; numbers, strings and lists of whole numbers convert implicitly.</summary>
public readonly struct OnnxAttribute
{
    private readonly Action<AttributeProto> _write;

    private OnnxAttribute(Action<AttributeProto> write) => _write = write;

    /// <summary>A whole number, such as <c>("axis", -1)</c>.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator OnnxAttribute(long value) =>
        new(attribute => (attribute.Type, attribute.I) = (AttributeProto.Types.AttributeType.Int, value));

    /// <summary>A number, such as <c>("alpha", 0.2)</c>; stored as float32.</summary>
    /// <param name="value">The number.</param>
    public static implicit operator OnnxAttribute(double value) =>
        new(attribute => (attribute.Type, attribute.F) = (AttributeProto.Types.AttributeType.Float, (float)value));

    /// <summary>A string, such as <c>("mode", "constant")</c>.</summary>
    /// <param name="value">The string.</param>
    public static implicit operator OnnxAttribute(string value) =>
        new(attribute => (attribute.Type, attribute.S) = (AttributeProto.Types.AttributeType.String, ByteString.CopyFromUtf8(value)));

    /// <summary>A list of whole numbers, such as <c>("perm", new long[] { 0, 3, 1, 2 })</c>.</summary>
    /// <param name="values">The numbers.</param>
    public static implicit operator OnnxAttribute(long[] values) => new(attribute =>
    {
        attribute.Type = AttributeProto.Types.AttributeType.Ints;
        attribute.Ints.AddRange(values);
    });

    internal AttributeProto Named(string name)
    {
        var attribute = new AttributeProto { Name = name };
        _write(attribute);
        return attribute;
    }
}
