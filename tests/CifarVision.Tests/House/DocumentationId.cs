using System.Reflection;

namespace CifarVision.Tests.House;

/// <summary>The name of a method in documentation files, which is also how analyzers are told of it: <c>M:TorchSharp.torch.Tensor.square</c>.</summary>
internal static class DocumentationId
{
    public static string Of(MethodBase method)
    {
        string name = method.IsConstructor ? "#ctor" : method.Name;
        string arity = method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "";
        ParameterInfo[] parameters = method.GetParameters();
        string list = parameters.Length == 0 ? "" : $"({string.Join(',', parameters.Select(parameter => Of(parameter.ParameterType)))})";
        string result = method is MethodInfo { Name: "op_Implicit" or "op_Explicit" } conversion ? $"~{Of(conversion.ReturnType)}" : "";
        return $"M:{method.DeclaringType!.FullName!.Replace('+', '.')}.{name}{arity}{list}{result}";
    }

    private static string Of(Type type)
    {
        if (type.IsByRef)
            return $"{Of(type.GetElementType()!)}@";
        if (type.IsArray)
            return $"{Of(type.GetElementType()!)}[]";
        if (type.IsGenericParameter)
            return $"{(type.DeclaringMethod is null ? "`" : "``")}{type.GenericParameterPosition}";
        if (!type.IsGenericType)
            return type.FullName!.Replace('+', '.');
        string open = type.GetGenericTypeDefinition().FullName!.Replace('+', '.');
        return $"{open[..open.IndexOf('`', StringComparison.Ordinal)]}{{{string.Join(',', type.GetGenericArguments().Select(Of))}}}";
    }
}
