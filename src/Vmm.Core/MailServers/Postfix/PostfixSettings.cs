using Vmm.Core.Unix;
using Vmm.Data.Failures;




namespace Vmm.Core.MailServers.Postfix;

/// <summary>
/// main.cf and master.cf, which belong to the administrator: postconf changes copies of them, and only when it finds no new fault do they get into their place. A daemon
/// that starts meanwhile reads the old files or the new ones.
/// </summary>
internal sealed class PostfixSettings
{
    private static readonly string[] Names = ["main.cf", "master.cf"];

    private readonly PostfixInstallation stack;
    private readonly IReadOnlyList<PostfixParameter> wanted;
    private readonly IReadOnlyList<PostfixService> services;
    private readonly IReadOnlyDictionary<string, string> present;
    private readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>?> presentOptions;

    private PostfixSettings(
        PostfixInstallation stack,
        IReadOnlyList<PostfixParameter> wanted,
        IReadOnlyList<PostfixService> services,
        IReadOnlyDictionary<string, string> present,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>?> presentOptions) =>
        (this.stack, this.wanted, this.services, this.present, this.presentOptions) = (stack, wanted, services, present, presentOptions);

    /// <summary>What is in force of the lines of main.cf.</summary>
    internal string PresentMain => string.Concat(wanted.Where(p => stack.IsHere).Select(p => $"{p.Name} = {present[p.Name]}".TrimEnd() + "\n"));

    /// <summary>What should be.</summary>
    internal string WantedMain => string.Concat(wanted.Select(p => $"{p.Name} = {p.Value}".TrimEnd() + "\n"));

    /// <summary>The services that are there, with those of their options that matter here.</summary>
    internal string PresentMaster => string.Concat(services.Where(s => presentOptions[s.Name] is not null).Select(s => Lines(s, presentOptions[s.Name]!, isPresent: true)));

    /// <summary>The services that should be there.</summary>
    internal string WantedMaster => string.Concat(services.Select(s => Lines(s, presentOptions[s.Name] ?? new Dictionary<string, string>(), isPresent: false)));

    /// <summary>Parameters that have another value than they should.</summary>
    internal IEnumerable<(string Name, string Present, string Wanted)> OtherParameters =>
        wanted.Where(p => p.Value != present[p.Name]).Select(p => (p.Name, present[p.Name], p.Value));

    /// <summary>Services that are not there.</summary>
    internal IEnumerable<string> MissingServices => services.Select(s => s.Name).Where(n => presentOptions[n] is null);

    /// <summary>Options that services which are there lack.</summary>
    internal IEnumerable<(string Service, string Name, string Value)> MissingOptions =>
        from service in services
        where presentOptions[service.Name] is not null
        from option in service.Options
        where !presentOptions[service.Name]!.ContainsKey(option.Name)
        select (service.Name, option.Name, option.Value);

    /// <summary>Asks what is there.</summary>
    internal static PostfixSettings Ask(PostfixInstallation stack, DatabaseAccess database, bool lda, string? dovecotConfig, CancellationToken ct)
    {
        var parameters = PostfixTemplates.Parameters(stack, database, lda);
        var present = stack.Parameters(parameters.Select(p => p.Name), null, ct);
        var smtp = stack.Service("smtp/inet", ct);
        var services = PostfixTemplates.Services(lda, smtp is { Length: > 4 } ? smtp[4] : "-", dovecotConfig);
        var options = new Dictionary<string, IReadOnlyDictionary<string, string>?>();
        foreach (var service in services)
        {
            options[service.Name] = stack.Service(service.Name, ct) is null ? null : stack.Options(service.Name, ct);
        }

        return new PostfixSettings(stack, [.. parameters.Select(p => p with { Value = p.Wanted(present[p.Name]) })], services, present, options);
    }

    /// <summary>The table of vmm's that a parameter ought to name last.</summary>
    internal string TableOf(string name) => ValueOf(name).Split(' ')[^1];

    /// <summary>What main.cf says of a parameter after the change.</summary>
    internal string ValueOf(string name) => wanted.First(p => p.Name == name).Value;

    /// <summary>Makes both files as they should be. The maps must be there already: postconf looks into them.</summary>
    /// <exception cref="VmmException">81; 93 postconf finds a fault that was not there before.</exception>
    internal void Write(ConfigurationWriter writer, CancellationToken ct)
    {
        var stage = Directory.CreateTempSubdirectory("vmm-postfix-").FullName;
        try
        {
            foreach (var name in Names)
            {
                File.Copy($"{stack.Directory}/{name}", $"{stage}/{name}");
            }

            var before = Faults(stage, ct);
            Edit(stage, ct);
            var fault = Faults(stage, ct).Except(before).FirstOrDefault();
            if (fault is not null)
            {
                throw new VmmException(ErrorCode.ConfigurationRejected, $"the new configuration is not accepted by Postfix: {fault}", "Nothing was changed; correct what it names, then try again.");
            }

            foreach (var name in Names)
            {
                var (path, text) = ($"{stack.Directory}/{name}", File.ReadAllText($"{stage}/{name}"));
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
        var changed = wanted.Where(p => p.Value != present[p.Name]).Select(p => $"{p.Name}={p.Value}").ToList();
        if (changed.Count > 0)
        {
            ChildProgram.Run(stack.Program, ["-c", stage, "-e", .. changed], ct);
        }

        foreach (var service in services)
        {
            if (presentOptions[service.Name] is null)
            {
                ChildProgram.Run(stack.Program, ["-c", stage, "-M", $"{service.Name}={service.Line}"], ct);
            }

            var missing = service.Options.Where(o => presentOptions[service.Name]?.ContainsKey(o.Name) != true).Select(o => $"{service.Name}/{o.Name}={o.Value}").ToList();
            if (missing.Count > 0)
            {
                ChildProgram.Run(stack.Program, ["-c", stage, "-P", .. missing], ct);
            }
        }
    }

    /// <summary>Complaints about either file, without the name of the directory.</summary>
    private HashSet<string> Faults(string stage, CancellationToken ct)
    {
        var answers = new[]
        {
            ChildProgram.Ask(stack.Program, ["-c", stage, "-n"], ct),
            ChildProgram.Ask(stack.Program, ["-c", stage, "-M"], ct),
        };
        return [.. answers.SelectMany(a => a.Errors.Split('\n')).Where(l => l.Length > 0).Select(l => l.Replace(stage, stack.Directory, StringComparison.Ordinal))];
    }

    private static string Lines(PostfixService service, IReadOnlyDictionary<string, string> there, bool isPresent)
    {
        var options = service.Options.Where(o => !isPresent || there.ContainsKey(o.Name)).Select(o => $"{service.Name}/{o.Name} = {there.GetValueOrDefault(o.Name, o.Value)}\n");
        return $"{service.Name} = {service.Line}\n{string.Concat(options)}";
    }
}
