namespace CifarVision.Runtime;

/// <summary>What TorchSharp's Device lacks: comparison by value, since each tensor creates a new one, and the types that a device computes in.</summary>
internal static class TensorDevice
{
    /// <summary>Whether a tensor is on a device. A device without an index, such as <c>cuda</c>, matches any of its type.</summary>
    public static bool IsOn(this Tensor tensor, Device device) =>
        tensor.device_type == device.type && (device.index < 0 || device.index == tensor.device_index);

    /// <summary>Returns the widest type of floating point that a device has: Apple's MPS has no float64.</summary>
    public static ScalarType WidestFloat(this Device device) => device.type == DeviceType.MPS ? ScalarType.Float32 : ScalarType.Float64;
}
