namespace CifarVision.Runtime;

/// <summary>Compares devices by value: TorchSharp's Device has reference equality, and each tensor creates a new one.</summary>
internal static class TensorDevice
{
    /// <summary>Whether a tensor is on a device. A device without an index, such as <c>cuda</c>, matches any of its type.</summary>
    public static bool IsOn(this Tensor tensor, Device device) =>
        tensor.device_type == device.type && (device.index < 0 || device.index == tensor.device_index);
}
