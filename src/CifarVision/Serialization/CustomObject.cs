using System.Text.Json.Nodes;

namespace CifarVision.Serialization;

/// <summary>
/// Tells how to create a class of your own from a file: a layer, initializer, regularizer, loss, metric, optimizer or learning rate schedule.
/// </summary>
public sealed class CustomObject
{
    private CustomObject(string className, Func<JsonObject, object> create) => (ClassName, Create) = (className, create);

    /// <summary>The name of the class in files.</summary>
    public string ClassName { get; }

    /// <summary>Creates the object from its config.</summary>
    internal Func<JsonObject, object> Create { get; }

    /// <summary>Describes a class of your own, for example <c>CustomObject.Of(config => new Swish(config["beta"]!.GetValue&lt;double&gt;()))</c>.</summary>
    /// <typeparam name="T">The class.</typeparam>
    /// <param name="create">
    /// Creates the object from the result of its <c>GetConfig</c>. The name of a layer and whether it is trainable are set afterwards, so the factory need not
    /// handle them.
    /// </param>
    /// <param name="className">
    /// The name in the file. Default the name of the class, as this library writes it; files of Keras may have another, such as <c>MyPackage>Swish</c>.
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
