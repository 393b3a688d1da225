using System.CommandLine;
using System.CommandLine.Parsing;

namespace Samples;

/// <summary>Shared by the command lines of the samples: ranges of numbers, and a separate exit code for invalid arguments.</summary>
internal static class CommandLineRules
{
    /// <summary>Adds a check of an option's value.</summary>
    /// <param name="option">The option.</param>
    /// <param name="holds">Whether a value is valid.</param>
    /// <param name="rule">The rule in the message, such as "must be at least 1".</param>
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
            // Not a number: the parser reports this itself.
        }
    });

    /// <summary>Parses the arguments and runs the program. Invalid arguments return 2; System.CommandLine itself would return 1, the code for failures of the program.</summary>
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
