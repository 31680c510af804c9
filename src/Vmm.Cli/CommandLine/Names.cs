using System.CommandLine;
using System.CommandLine.Completions;

namespace Vmm.Cli.CommandLine;

/// <summary>
/// What shells complete an argument or an option to, for the scripts that tools/Vmm.Docs writes: <c>@kind</c> are names that <c>vmm
/// complete</c> is asked for, <c>=a,b</c> is one of these words, <c>file</c> a file.
/// </summary>
internal static class Names
{
    internal const string Account = "@account";
    internal const string Address = "@address";
    internal const string Alias = "@alias";
    internal const string AliasDomain = "@alias-domain";
    internal const string AliasOrNew = "@alias-or-new";
    internal const string Destination = "@destination";
    internal const string Domain = "@domain";
    internal const string NewAddress = "@new-address";
    internal const string Relocated = "@relocated";
    internal const string Scheme = "@scheme";
    internal const string SettingOption = "@option";
    internal const string Transport = "@transport";

    /// <summary>A file of this machine.</summary>
    internal const string File = "file";

    /// <summary>Nothing that a shell could know.</summary>
    internal const string Unknown = "-";

    /// <summary>One of these words, in this order.</summary>
    internal static string OneOf(IEnumerable<string> words) => $"={string.Join(',', words)}";

    /// <summary>Says what an argument is completed to.</summary>
    internal static Argument<T> Completes<T>(this Argument<T> argument, string names)
    {
        argument.CompletionSources.Add(names);
        return argument;
    }

    /// <summary>The same, where making the words takes time that only tools have.</summary>
    internal static Argument<T> Completes<T>(this Argument<T> argument, Func<string> names)
    {
        argument.CompletionSources.Add(_ => [new CompletionItem(names())]);
        return argument;
    }

    /// <summary>Says what the value of an option is completed to.</summary>
    internal static Option<T> Completes<T>(this Option<T> option, string names)
    {
        option.CompletionSources.Add(names);
        if (names == File)
        {
            // An unset variable of a shell, most likely.
            option.Validators.Add(result =>
            {
                if (result.Tokens is [{ Value: "" }])
                {
                    result.AddError($"the option '{option.Name}' needs a path, and it is empty");
                }
            });
        }

        return option;
    }
}
