namespace CifarVision.Callbacks;

/// <summary>stub</summary>
public sealed class ProgbarLogger : Callback
{
}
