using System.CommandLine;
using System.Text.Json.Nodes;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Running;
using Vmm.Core.Configuration;
using Vmm.Data.Failures;

namespace Vmm.Cli.Commands.Configure;

/// <summary>configget, configset, configure.</summary>
internal static class ConfigureCommands
{
    internal static Subcommand[] All =>
    [
        new("configget", "cg", "show the value of a configuration option", Get),
        new("configset", "cs", "set a configuration option", Set),
        new("configure", "cf", "ask for the configuration's options one by one", Configure),
    ];

    private static void Get(VmmCommand command, App app)
    {
        var name = Name();
        command.Details = "Shows the value in force: from the file, or the default. Passwords are hidden.";
        command.Example = "configget domain.transport";
        command.Codes = [ErrorCode.InvalidArgument];
        command.Takes(name);
        command.Local(
            app,
            asking =>
            {
                var option = SettingName.Find(asking.Get(name), "vmm configget domain.transport");
                var value = asking.Settings.Value(option);
                var text = option.Format(value);
                return new SettingValue(option.Key, Typed(value, option.Kind, text), text);
            },
            value => $"{value.Option} = {value.Text}\n",
            () => ConfigureJson.Default.SettingValue);
    }

    private static void Set(VmmCommand command, App app)
    {
        var name = Name();
        var value = new Argument<string?>("value")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "the new value; for a password, '-' reads it from standard input, and without a value vmm asks for it",
        };
        var dryRun = DryRun();
        command.Details = "Changes one line of the configuration file; comments, order and everything else in it stay as they "
            + "are.";
        command.Example = "configset domain.quota_bytes 500M";
        command.Codes = [ErrorCode.ConfigError, ErrorCode.InvalidArgument, ErrorCode.NotExecutable, ErrorCode.NoSuchBinary];
        command.Takes(name, value, dryRun);
        command.Validators.Add(result =>
        {
            if (result.GetValue(value) is null && result.GetValue(name) is { } key && !SettingName.IsSecret(key))
            {
                result.AddError($"no value for '{key}' was given");
            }
        });
        command.Works(app, new Work<ConfigureRequest, ChangedSetting>
        {
            Load = ConfigureRun.LoadToRepair,
            Ask = asking => new ConfigureRequest(asking.Get(name).ToLowerInvariant(), asking.Get(dryRun), _ =>
            {
                var option = SettingName.Find(asking.Get(name), "vmm configset domain.quota_bytes 500M");
                var given = asking.Get(value);
                var text = option.Kind == SettingKind.Secret ? SettingSecret.Take(asking.Terminal, option, given) : given!;
                return new Dictionary<SettingOption, SettingEntry> { [option] = SettingInput.Read(option, text) };
            }),
            Act = (asking, noted, request) => ConfigureRun.Act(asking, noted, request, effects =>
            {
                var (option, entry) = effects.Entries.Single();
                var typed = Typed(entry.Value, option.Kind, option.Format(entry.Value));
                return request.IsDry
                    ? new ChangedSetting(option.Key, typed, false, true, effects.Changes.Count > 0, effects.Text)
                    : new ChangedSetting(option.Key, typed, effects.Changes.Count > 0, null, null, effects.Text);
            }),
            Say = (_, changed) => changed.Text,
            Json = () => ConfigureJson.Default.ChangedSetting,
        });
    }

    private static void Configure(VmmCommand command, App app)
    {
        var option = new Option<string?>("--section", "-s")
        {
            HelpName = "section",
            Description = $"only this one: {string.Join(", ", SettingOptions.Sections)}",
        }.Completes(Names.OneOf(SettingOptions.Sections));
        var word = new Argument<string?>("section") { Arity = ArgumentArity.ZeroOrOne, Description = "the same, as in vmm 0.4" };
        var dryRun = DryRun();
        command.Details = "Asks for the value of every option, or of those of one section, and shows what is in force; Enter "
            + "keeps it.";
        command.Example = "configure --section domain";
        command.Codes = [ErrorCode.TooManyFailures];
        command.Old = [new("SECTION", "`--section` `SECTION`")];
        command.Takes(word, option, dryRun);
        command.Works(app, new Work<ConfigureRequest, ChangedSettings>
        {
            Load = ConfigureRun.LoadToRepair,
            Ask = asking =>
            {
                var sections = SettingName.Sections(asking.Get(option), asking.Get(word));
                return new ConfigureRequest(
                    string.Join(' ', sections),
                    asking.Get(dryRun),
                    document => new ConfigureDialogue(document, asking.Terminal, asking.Get(Arguments.Json)).Ask(sections));
            },
            Act = (asking, noted, request) => ConfigureRun.Act(asking, noted, request, effects =>
            {
                List<string> keys = [.. effects.Changes.Select(c => c.Option.Key)];
                return request.IsDry
                    ? new ChangedSettings([], true, keys, effects.Text)
                    : new ChangedSettings(keys, null, null, effects.Text);
            }),
            Say = (_, changed) => changed.Text,
            Json = () => ConfigureJson.Default.ChangedSettings,
        });
    }

    private static Argument<string> Name() =>
        new Argument<string>("option") { Description = "section.option" }.Completes(Names.SettingOption);

    private static Option<bool> DryRun() =>
        new(Arguments.DryRun.Name) { Description = "do everything but write the file; show the options that would change" };

    private static JsonNode Typed(object value, SettingKind kind, string text) => (kind, value) switch
    {
        (_, bool flag) => JsonValue.Create(flag),
        (SettingKind.Number or SettingKind.Size, long number) => JsonValue.Create(number),
        (_, string[] items) => new JsonArray([.. items.Select(i => (JsonNode)JsonValue.Create(i))]),
        _ => JsonValue.Create(text),
    };
}
