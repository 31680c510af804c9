using System.CommandLine;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli;

/// <summary>The services that a command switches: <c>-e</c> or <c>-d</c> with names, for accounts also <c>-r</c>.</summary>
internal sealed class ServiceOptions
{
    private static readonly Dictionary<string, ServiceSet> Names = new()
    {
        ["smtp"] = ServiceSet.Smtp,
        ["pop3"] = ServiceSet.Pop3,
        ["imap"] = ServiceSet.Imap,
        ["sieve"] = ServiceSet.Sieve,
        // As vmm 0.3 to 0.5 called it.
        ["managesieve"] = ServiceSet.Sieve,
    };

    private readonly Option<string[]> enable = Services("--enable", "-e", "allow");
    private readonly Option<string[]> disable = Services("--disable", "-d", "forbid");
    private readonly Option<bool> reset = new("--reset", "-r") { Description = "go back to the domain's default" };

    /// <summary>For the command's declaration.</summary>
    internal Option[] ForDomain => [enable, disable];

    /// <inheritdoc cref="ForDomain"/>
    internal Option[] ForAccount => [enable, disable, reset];

    /// <summary>Exactly one of the options must be there.</summary>
    internal void Require(Command command) => command.Validators.Add(result =>
    {
        if (command.Options.Where(o => o == enable || o == disable || o == reset).Count(o => result.GetResult(o) is { Implicit: false }) != 1)
        {
            result.AddError($"exactly one of {string.Join(", ", command.Options.Where(o => o == enable || o == disable || o == reset).Select(o => o.Name))} is needed");
        }
    });

    /// <summary>What is wanted; null for the domain's default.</summary>
    internal ServiceChange? Change(ParseResult parse) =>
        parse.GetValue(reset) ? null : new ServiceChange(Set(parse.GetValue(enable)), Set(parse.GetValue(disable)));

    /// <summary>A service by its name, or all of them.</summary>
    /// <exception cref="VmmException">2.</exception>
    internal static ServiceSet Parse(string name) =>
        name == "all" ? ServiceSet.All : Names[Arguments.OneOf(name, [.. Names.Keys, "all"])!];

    private static ServiceSet Set(string[]? names) => (names ?? []).Aggregate(ServiceSet.None, (set, name) => set | Names[name]);

    private static Option<string[]> Services(string name, string alias, string verb)
    {
        var option = new Option<string[]>(name, alias)
        {
            HelpName = "service",
            Description = $"{verb} these services: imap, pop3, sieve, smtp",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        option.CompletionSources.Add("imap", "pop3", "sieve", "smtp");
        option.Validators.Add(result =>
        {
            foreach (var word in result.Tokens.Where(t => !Names.ContainsKey(t.Value)).Take(1))
            {
                var nearest = Suggestion.Nearest(word.Value, Names.Keys);
                result.AddError($"'{word.Value}' is not a service{(nearest is null ? $"; there are imap, pop3, sieve and smtp, and the other arguments stand before {option.Name}" : $"; was '{nearest}' meant?")}");
            }
        });
        return option;
    }
}
