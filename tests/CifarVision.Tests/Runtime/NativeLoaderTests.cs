using System.Reflection;
using CifarVision.Layers;
using CifarVision.Runtime;
using CifarVision.Tests.Testing;

namespace CifarVision.Tests.Runtime;

/// <summary>The library inside a plug-in: a load context of its own, with copies of its own of every assembly.</summary>
public class NativeLoaderTests
{
    [Fact]
    public void Load_InAPlugin_Computes()
    {
        // The first copy in a process installs the allocator, which other tests ask.
        TorchRuntime.EnsureLoaded();
        Assembly library = Library(new PluginContext(typeof(NativeLoaderTests).Assembly.Location));
        object dense = Create(library.GetType(typeof(Dense).FullName!)!);
        MethodInfo build = dense.GetType().GetMethods().Single(method => method.Name == nameof(Layer.Build) && method.GetParameters()[0].ParameterType.Name == nameof(TensorShape));

        build.Invoke(dense, [Create(build.GetParameters()[0].ParameterType)]);

        Assert.NotEqual(typeof(Dense), dense.GetType());
        var weights = (System.Collections.ICollection)dense.GetType().GetMethod("GetWeights")!.Invoke(dense, null)!;
        Assert.Equal(2, weights.Count);
    }

    [Fact]
    public void Constructors_OfAllLayers_LoadNoNativeLibrary()
    {
        var context = new PluginContext(typeof(NativeLoaderTests).Assembly.Location);
        Type layer = Library(context).GetType(typeof(Layer).FullName!)!;
        Type[] types = [.. layer.Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(layer) && type is { IsAbstract: false, Name: not nameof(TorchModuleLayer) } && type.Namespace == layer.Namespace)];

        foreach (Type type in types)
            Assert.Equal(type, Create(type).GetType());

        Assert.True(types.Length >= 25);
        Assert.Empty(context.Natives);
    }

    private static Assembly Library(PluginContext context) => context.LoadFromAssemblyName(typeof(Layer).Assembly.GetName());

    // By the constructor with the fewest required arguments, each of them some value that its type allows.
    private static object Create(Type type)
    {
        if (type.Name == nameof(TensorShape))
            return type.GetMethod("op_Implicit", [typeof(long[])])!.Invoke(null, [new long[] { 4, 4, 2 }])!;
        ConstructorInfo? constructor = type.GetConstructors().MinBy(one => one.GetParameters().Count(parameter => !parameter.IsOptional));
        return constructor is null
            ? type.GetProperties(BindingFlags.Public | BindingFlags.Static).First(property => property.PropertyType == type).GetValue(null)!
            : constructor.Invoke([.. constructor.GetParameters().Select(parameter => parameter.IsOptional ? parameter.DefaultValue : Value(parameter.ParameterType))]);
    }

    private static object Value(Type type)
    {
        if (type.IsEnum)
            return Enum.ToObject(type, 0);
        if (type == typeof(int))
            return 2;
        if (type == typeof(double))
            return 0.5;
        if (!type.IsGenericType)
            return Create(type);
        Type item = type.GetGenericArguments()[0];
        // The axes of a Permute.
        if (item == typeof(int))
            return new[] { 1 };
        // Layers inside a composite.
        var items = Array.CreateInstance(item, 1);
        items.SetValue(Create(item.Assembly.GetType(typeof(Flatten).FullName!)!), 0);
        return items;
    }
}
