using System.CommandLine;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Cli.CommandLine;

/// <summary>The services that a command switches: <c>-e</c> or <c>-d</c> with names, for accounts also <c>-r</c>.</summary>
internal sealed class ServiceOptions
{
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

    /// <summary>
    /// What is wanted; null for the domain's default. Services that are not named stay, but 'none' means that the others go.
    /// </summary>
    internal ServiceChange? Change(ParseResult parse) =>
        parse.GetValue(reset) ? null
        : parse.GetValue(enable) is { Length: > 0 } on ? Allow(Named(on))
        : Forbid(Named(parse.GetValue(disable) ?? []));

    /// <summary>Allows services; none of them is the same as to forbid all.</summary>
    internal static ServiceChange Allow(ServiceSet services) =>
        services == ServiceSet.None
            ? new ServiceChange(ServiceSet.None, ServiceSet.All)
            : new ServiceChange(services, ServiceSet.None);

    /// <summary>The reverse.</summary>
    internal static ServiceChange Forbid(ServiceSet services)
    {
        var allowed = Allow(services);
        return new ServiceChange(allowed.Off, allowed.On);
    }

    /// <summary>Services by their names; all of them where none is named.</summary>
    /// <exception cref="VmmException">2.</exception>
    internal static ServiceSet Parse(string[]? words) => Named(words is { Length: > 0 } ? words : ["all"]);

    /// <summary>The services in the field of a line; null where it is empty or <paramref name="word"/>.</summary>
    /// <exception cref="VmmException">44.</exception>
    internal static ServiceSet? Field(string? field, string word) => field is null or "" || field == word
        ? null
        : ServiceNames.Read([field], wrong => throw Errors.InvalidArgument(wrong));

    private static ServiceSet Named(string[] words) =>
        ServiceNames.Read(words, wrong => throw new VmmException(ErrorCode.Usage, wrong)) ?? ServiceSet.None;

    private static Option<string[]> Services(string name, string alias, string verb)
    {
        var option = new Option<string[]>(name, alias)
        {
            HelpName = "service",
            Description = $"{verb} these services: imap, pop3, sieve, smtp, or all or none of them",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        option.CompletionSources.Add("imap", "pop3", "sieve", "smtp", "all", "none");
        option.Validators.Add(result => ServiceNames.Read(
            result.Tokens.Select(t => t.Value),
            wrong => result.AddError(wrong.EndsWith(ServiceNames.Forms, StringComparison.Ordinal)
                ? $"{wrong}; other arguments must come before {option.Name}"
                : wrong)));
        return option;
    }
}
