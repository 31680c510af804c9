using System.CommandLine;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.CommandLine;

/// <summary>The services that a command switches: <c>-e</c> or <c>-d</c> with names, for accounts also <c>-r</c>.</summary>
internal sealed class ServiceOptions
{
    private static readonly Dictionary<string, ServiceSet> ByName = new()
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
    private readonly Option<bool> reset = new("--reset", "-r") { Description = "return to the domain's default" };

    /// <summary>For the command's declaration.</summary>
    internal Option[] ForDomain => [enable, disable];

    /// <inheritdoc cref="ForDomain"/>
    internal Option[] ForAccount => [enable, disable, reset];

    /// <summary>Exactly one of the options must be there.</summary>
    internal void Require(Command command) => command.Validators.Add(result =>
    {
        var own = command.Options.Where(o => o == enable || o == disable || o == reset).ToList();
        if (own.Count(o => result.GetResult(o) is { Implicit: false }) != 1)
        {
            result.AddError($"exactly one of {string.Join(", ", own.Select(o => o.Name))} is required");
        }
    });

    /// <summary>What is wanted; null for the domain's default.</summary>
    internal ServiceChange? Change(ParseResult parse) =>
        parse.GetValue(reset) ? null : new ServiceChange(Set(parse.GetValue(enable)), Set(parse.GetValue(disable)));

    /// <summary>A service by its name, or all of them.</summary>
    /// <exception cref="VmmException">2.</exception>
    internal static ServiceSet Parse(string name) =>
        name == "all" ? ServiceSet.All : ByName[Arguments.OneOf(name, [.. ByName.Keys, "all"])!];

    private static ServiceSet Set(string[]? names) => (names ?? []).Aggregate(ServiceSet.None, (set, name) => set | ByName[name]);

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
            foreach (var word in result.Tokens.Where(t => !ByName.ContainsKey(t.Value)).Take(1))
            {
                var nearest = Suggestion.Nearest(word.Value, ByName.Keys);
                result.AddError($"'{word.Value}' is not a service; {(nearest is null
                    ? $"the services are imap, pop3, sieve and smtp, and other arguments must come before {option.Name}"
                    : $"did you mean '{nearest}'?")}");
            }
        });
        return option;
    }
}
