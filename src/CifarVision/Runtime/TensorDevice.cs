namespace CifarVision.Runtime;

/// <summary>Compares devices by what they are; TorchSharp's Device has no equality of its own, and each tensor makes a new one.</summary>
internal static class TensorDevice
{
    /// <summary>Whether a tensor lies on a device. A device without an index, as <c>cuda</c>, is any of its type.</summary>
    public static bool IsOn(this Tensor tensor, Device device) =>
        tensor.device_type == device.type && (device.index < 0 || device.index == tensor.device_index);
}
