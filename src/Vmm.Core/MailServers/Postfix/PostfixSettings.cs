using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.MailServers.Postfix;

/// <summary>
/// The lines of main.cf and master.cf. Both files belong to the administrator: postconf changes copies of them, which replace the
/// files only if postconf reports no new errors. A daemon that starts meanwhile reads either the old or the new files.
/// </summary>
internal sealed class PostfixSettings
{
    private static readonly string[] Names = ["main.cf", "master.cf"];

    private const string SenderRestrictions = "smtpd_sender_restrictions";

    /// <summary>How users log in to send mail.</summary>
    private static readonly string[] Logins = ["smtpd_sasl_type", "smtpd_sasl_path", "smtpd_tls_auth_only"];

    private readonly PostfixInstallation postfix;
    private readonly IReadOnlyList<PostfixParameter> wanted;
    private readonly IReadOnlyList<PostfixService> services;
    private readonly IReadOnlyDictionary<string, string> present;
    private readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>?> presentOptions;

    private PostfixSettings(
        PostfixInstallation postfix,
        IReadOnlyList<PostfixParameter> wanted,
        IReadOnlyList<PostfixService> services,
        IReadOnlyDictionary<string, string> present,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>?> presentOptions) =>
        (this.postfix, this.wanted, this.services, this.present, this.presentOptions) =
            (postfix, wanted, services, present, presentOptions);

    /// <summary>The values in force of vmm's parameters in main.cf.</summary>
    internal string PresentMain =>
        string.Concat(wanted.Where(p => postfix.IsHere).Select(p => $"{p.Name} = {present[p.Name]}".TrimEnd() + "\n"));

    /// <summary>The values that they should have.</summary>
    internal string WantedMain => string.Concat(wanted.Select(p => $"{p.Name} = {p.Value}".TrimEnd() + "\n"));

    /// <summary>The existing services, with those of their options that matter here.</summary>
    internal string PresentMaster => string.Concat(services
        .Where(service => presentOptions[service.Name] is not null)
        .Select(service => Lines(service, presentOptions[service.Name]!, isPresent: true)));

    /// <summary>The services that should exist.</summary>
    internal string WantedMaster => string.Concat(services.Select(service =>
        Lines(service, presentOptions[service.Name] ?? new Dictionary<string, string>(), isPresent: false)));

    /// <summary>Parameters whose value differs from the one that they should have.</summary>
    internal IEnumerable<(string Name, string Present, string Wanted)> OtherParameters =>
        wanted.Where(p => p.Value != present[p.Name]).Select(p => (p.Name, present[p.Name], p.Value));

    /// <summary>Services that do not exist.</summary>
    internal IEnumerable<string> MissingServices =>
        services.Select(service => service.Name).Where(n => presentOptions[n] is null);

    /// <summary>Options that are missing in existing services.</summary>
    internal IEnumerable<(string Service, string Name, string Value)> MissingOptions =>
        from service in services
        where presentOptions[service.Name] is not null
        from option in service.Options
        where !presentOptions[service.Name]!.ContainsKey(option.Name)
        select (service.Name, option.Name, option.Value);

    /// <summary>
    /// What the administrator has set and vmm would replace, each with what that means: whole values in main.cf, and restrictions
    /// of a service that they have made.
    /// </summary>
    internal IEnumerable<string> Replaced(CancellationToken ct)
    {
        var usual = postfix.Defaults(wanted.Select(p => p.Name), ct);
        foreach (var (name, value) in wanted.Where(p => p.IsReplaced && p.Value != present[p.Name]).Select(p => (p.Name, p.Value)))
        {
            // If users log in, the administrator has decided how, also where that is the default.
            if (present[name] != usual[name] || (Logins.Contains(name) && IsUsed(name)))
            {
                yield return $"{name} of main.cf is '{present[name]}' and would become '{value}'{PostfixReplaced.Meaning(name)}";
            }
        }

        foreach (var (service, name, value) in MissingOptions.Where(o => PostfixReplaced.IsRestriction(o.Name, o.Value)))
        {
            yield return $"the service {service} of master.cf has no option {name} and would get '{value}'"
                + PostfixReplaced.Meaning(name);
        }
    }

    /// <summary>Whether users log in by a parameter of main.cf: a service can have an option of that name instead.</summary>
    private bool IsUsed(string name)
    {
        const string Enable = "smtpd_sasl_auth_enable";
        var submission = presentOptions[PostfixTemplates.Submission];
        return present[Enable] == "yes"
            || (submission?.GetValueOrDefault(Enable) == "yes" && !submission.ContainsKey(name)
                && (name != "smtpd_tls_auth_only" || submission.GetValueOrDefault("smtpd_tls_security_level") != "encrypt"));
    }

    /// <summary>Reads the present settings.</summary>
    internal static PostfixSettings Ask(
        PostfixInstallation postfix,
        DatabaseAccess database,
        bool lda,
        string? dovecotConfig,
        bool hasOtherUsers,
        CancellationToken ct)
    {
        var parameters = PostfixTemplates.Parameters(postfix, database, lda);
        var present = postfix.Parameters(parameters.Select(p => p.Name), null, ct);
        var smtp = postfix.Service("smtp/inet", ct);
        var senders = hasOtherUsers
            ? PostfixTemplates.KnownSenders(postfix.Parameters([SenderRestrictions], null, ct)[SenderRestrictions])
            : PostfixTemplates.Senders;
        var services = PostfixTemplates.Services(lda, smtp is { Length: > 4 } ? smtp[4] : "-", dovecotConfig, senders);
        var options = new Dictionary<string, IReadOnlyDictionary<string, string>?>();
        foreach (var service in services)
        {
            options[service.Name] = postfix.Service(service.Name, ct) is null ? null : postfix.Options(service.Name, ct);
        }

        List<PostfixParameter> wanted = [.. parameters.Select(p => p with { Value = p.Wanted(present) })];
        return new PostfixSettings(postfix, wanted, services, present, options);
    }

    /// <summary>vmm's table, which must be the last one in the value of a parameter.</summary>
    internal string TableOf(string name) => ValueOf(name).Split(' ')[^1];

    /// <summary>The value of a parameter after the change.</summary>
    internal string ValueOf(string name) => wanted.First(p => p.Name == name).Value;

    /// <summary>The same, with parameters in it replaced by their values.</summary>
    internal string Expanded(string name, CancellationToken ct) => postfix.Expanded(name, ValueOf(name), ct);

    /// <summary>Writes both files. The maps must exist already, because postconf reads them.</summary>
    /// <exception cref="VmmException">81; 93 postconf reports a new error.</exception>
    internal void Write(ConfigurationWriter writer, CancellationToken ct)
    {
        var stage = FileWriting.MakeTemporaryDirectory("vmm-postfix-");
        try
        {
            foreach (var name in Names)
            {
                FileWriting.Do(() => File.Copy($"{postfix.Directory}/{name}", $"{stage}/{name}"));
            }

            var before = Faults(stage, ct);
            Edit(stage, ct);
            var fault = Faults(stage, ct).Except(before).FirstOrDefault();
            if (fault is not null)
            {
                throw new VmmException(
                    ErrorCode.ConfigurationRejected,
                    $"the new configuration is not accepted by Postfix: {fault}",
                    "Nothing was changed. Correct what the message names, then run the command again.");
            }

            foreach (var name in Names)
            {
                var (path, text) = ($"{postfix.Directory}/{name}", File.ReadAllText($"{stage}/{name}"));
                if (text != File.ReadAllText(path))
                {
                    writer.Change(path, text);
                }
            }
        }
        finally
        {
            foreach (var file in Directory.EnumerateFiles(stage))
            {
                File.Delete(file);
            }

            Directory.Delete(stage);
        }
    }

    private void Edit(string stage, CancellationToken ct)
    {
        // One by one: of several at once, postconf adds the new ones in an order that differs from run to run.
        foreach (var parameter in wanted.Where(p => p.Value != present[p.Name]))
        {
            ChildProgram.Run(postfix.Program, ["-c", stage, "-e", $"{parameter.Name}={parameter.Value}"], ct);
        }

        foreach (var service in services)
        {
            if (presentOptions[service.Name] is null)
            {
                ChildProgram.Run(postfix.Program, ["-c", stage, "-M", $"{service.Name}={service.Line}"], ct);
            }

            var missing = service.Options
                .Where(o => presentOptions[service.Name]?.ContainsKey(o.Name) != true)
                .Select(o => $"{service.Name}/{o.Name}={o.Value}")
                .ToList();
            if (missing.Count > 0)
            {
                ChildProgram.Run(postfix.Program, ["-c", stage, "-P", .. missing], ct);
            }
        }
    }

    /// <summary>The errors that postconf reports about both files, with the path of the real directory.</summary>
    private HashSet<string> Faults(string stage, CancellationToken ct)
    {
        var answers = new[]
        {
            ChildProgram.Ask(postfix.Program, ["-c", stage, "-n"], ct),
            ChildProgram.Ask(postfix.Program, ["-c", stage, "-M"], ct),
        };
        return
        [
            .. answers.SelectMany(a => a.Errors.Split('\n'))
                .Where(l => l.Length > 0)
                .Select(l => l.Replace(stage, postfix.Directory, StringComparison.Ordinal)),
        ];
    }

    private static string Lines(PostfixService service, IReadOnlyDictionary<string, string> there, bool isPresent)
    {
        var options = service.Options
            .Where(o => !isPresent || there.ContainsKey(o.Name))
            .Select(o => $"{service.Name}/{o.Name} = {there.GetValueOrDefault(o.Name, o.Value)}\n");
        return $"{service.Name} = {service.Line}\n{string.Concat(options)}";
    }
}
