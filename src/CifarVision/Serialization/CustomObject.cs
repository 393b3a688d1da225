using System.Text.Json.Nodes;

namespace CifarVision.Serialization;

/// <summary>
/// How a class of your own comes back from a saved model: a layer, initializer, regularizer, loss, metric, optimizer or learning rate schedule.
/// </summary>
public sealed class CustomObject
{
    private CustomObject(string className, Func<JsonObject, object> create) => (ClassName, Create) = (className, create);

    /// <summary>The name under which the class stands in files.</summary>
    public string ClassName { get; }

    /// <summary>Makes the object from its config.</summary>
    internal Func<JsonObject, object> Create { get; }

    /// <summary>A class of your own, as <c>CustomObject.Of(config => new Swish(config["beta"]!.GetValue&lt;double&gt;()))</c>.</summary>
    /// <typeparam name="T">The class.</typeparam>
    /// <param name="create">
    /// Makes the object from what its <c>GetConfig</c> returned. Of a layer, the name and whether it is trainable are set afterwards, so they
    /// need no care.
    /// </param>
    /// <param name="className">
    /// The name in the file. Default the name of the class, which is what this library writes; files of Keras may have another, such as
    /// <c>MyPackage>Swish</c>.
    /// </param>
    public static CustomObject Of<T>(Func<JsonObject, T> create, string? className = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(create);
        if (className is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(className);
        return new CustomObject(className ?? typeof(T).Name, create);
    }
}
