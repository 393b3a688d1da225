using System.CommandLine;
using System.CommandLine.Parsing;

namespace Samples;

/// <summary>What the command lines of the samples share: ranges of numbers, and an exit code for bad arguments of its own.</summary>
internal static class CommandLineRules
{
    /// <summary>Demands something of an option's value.</summary>
    /// <param name="option">The option.</param>
    /// <param name="holds">Whether a value will do.</param>
    /// <param name="rule">What the message says of it, as "must be at least 1".</param>
    public static void Require<T>(this Option<T> option, Func<T?, bool> holds, string rule) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count == 0)
            return;
        try
        {
            if (!holds(result.GetValue(option)))
                result.AddError($"{option.Name} {rule}, but was {result.Tokens[^1].Value}.");
        }
        catch (InvalidOperationException)
        {
            // Not even a number, which the parser says itself.
        }
    });

    /// <summary>Parses and runs. Bad arguments are exit code 2; System.CommandLine itself would return 1, as a failure of the program does.</summary>
    public static int Run(this RootCommand command, string[] args)
    {
        ParseResult result = command.Parse(args);
        if (result.Errors.Count == 0)
            return result.Invoke();
        foreach (ParseError error in result.Errors)
            Console.Error.WriteLine(error.Message);
        Console.Error.WriteLine("Run with --help for the arguments.");
        return 2;
    }
}
