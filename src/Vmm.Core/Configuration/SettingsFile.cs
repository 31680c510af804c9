using Tomlyn.Parsing;
using Tomlyn.Syntax;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Core.Configuration;

/// <summary>Reads vmm.toml. Errors name file, line and what is allowed.</summary>
public static class SettingsFile
{
    /// <summary>Where the configuration is when nothing else is said.</summary>
    public const string DefaultPath = "/etc/vmm/vmm.toml";

    /// <summary>The file that is used: the one that was named, or that of $VMM_CONFIG, or the default.</summary>
    public static string Choose(string? named) =>
        (named ?? Environment.GetEnvironmentVariable("VMM_CONFIG")) is { Length: > 0 } path ? path : DefaultPath;

    /// <summary>Reads and checks a configuration.</summary>
    /// <exception cref="VmmException">31 unusable content, 32 no file, 34 mode or owner.</exception>
    public static Settings Load(string path) => Check(path, ProtectedFile.Read(path));

    /// <summary>Checks the text of a configuration.</summary>
    /// <exception cref="VmmException">31.</exception>
    internal static Settings Check(string path, string text)
    {
        var document = Parse(path, text);
        if (document.Diagnostics.FirstOrDefault(d => d.Kind == DiagnosticMessageKind.Error) is { } fault)
        {
            throw NotToml(path, fault);
        }

        var values = SettingOptions.All.ToDictionary(o => o.Key, o => o.Default);
        foreach (var stray in document.KeyValues)
        {
            throw Stray(path, stray);
        }

        foreach (var table in document.Tables)
        {
            ReadTable(path, table, values);
        }

        return new Settings(path, values);
    }

    /// <summary>Reads a configuration that is to be changed: options and values may be wrong, but it must be TOML.</summary>
    /// <exception cref="VmmException">31 no TOML, 32 no file, 34 mode or owner.</exception>
    public static SettingsDocument Open(string path) => SettingsDocument.Parse(path, ProtectedFile.Read(path));

    /// <summary>Sets options in the file as it is now, all or none; what is in force already is not written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="entries">The new values.</param>
    /// <param name="keep">False when the file is to stay as it is, and only be looked at.</param>
    /// <returns>Those that were not in force before.</returns>
    /// <exception cref="VmmException">31 no TOML, 32 no file, 34 mode or owner, 81 it cannot be written.</exception>
    public static IReadOnlyList<SettingChange> Change(
        string path, IReadOnlyDictionary<SettingOption, SettingEntry> entries, bool keep)
    {
        using var file = LockedSettings.Open(path);
        var document = SettingsDocument.Parse(path, file.Text);
        var changed = new List<SettingChange>();
        foreach (var (option, entry) in entries.Where(e => !document.Holds(e.Key, e.Value)))
        {
            var before = document.Show(option);
            document = document.With(option, entry);
            changed.Add(new SettingChange(option, before, document.Show(option)));
        }

        if (keep && changed.Count > 0)
        {
            file.Replace(document.Text);
        }

        return changed;
    }

    internal static DocumentSyntax Parse(string path, string text) => SyntaxParser.Parse(text, path, validate: true);

    internal static VmmException NotToml(string path, DiagnosticMessage fault) => Wrong(
        path,
        fault.Span.Start.Line,
        Reason(fault),
        "The file is TOML: section in brackets, then name = value; texts stand in quotes.");

    /// <summary>Without the lines that the parser quotes behind it: they may hold the password.</summary>
    internal static string Reason(DiagnosticMessage fault) => fault.Message.Split(" with `")[0].TrimEnd('.');

    private static void ReadTable(string path, TableSyntaxBase table, Dictionary<string, object> values)
    {
        var section = KeyText(table.Name);
        if (!SettingOptions.Sections.Contains(section))
        {
            throw Wrong(path, table.Span.Start.Line, $"unknown section '{section}'", $"The sections are {SectionList()}.");
        }

        if (table is TableArraySyntax)
        {
            throw Wrong(path, table.Span.Start.Line, $"the section '{section}' has double brackets", $"Write it as [{section}].");
        }

        foreach (var item in table.Items)
        {
            var name = KeyText(item.Key);
            var option = SettingOptions.Find(section, name) ?? throw UnknownOption(path, item, section, name);
            values[option.Key] = option.Read(Value(item.Value)) ?? throw Wrong(
                path, item.Span.Start.Line, $"the value of '{option.Key}' is wrong", $"Allowed is {option.Allowed}.");
        }
    }

    private static VmmException UnknownOption(string path, KeyValueSyntax item, string section, string name)
    {
        var names = SettingOptions.All.Where(o => o.Section == section).Select(o => o.Name).ToList();
        var nearest = Suggestion.Nearest(name, names);
        return Wrong(
            path,
            item.Span.Start.Line,
            $"unknown option '{section}.{name}'",
            nearest is null ? $"Section {section} has: {string.Join(", ", names)}." : $"Did you mean '{section}.{nearest}'?");
    }

    /// <summary>
    /// TOML has more than one way to write a table; this file has one, so that people and configset find everything in its place.
    /// </summary>
    private static VmmException Stray(string path, KeyValueSyntax stray)
    {
        var parts = KeyText(stray.Key).Split('.');
        var hint = parts is [var section, var name] && SettingOptions.Find(section, name) is not null
            ? $"Write {name} = ... below [{section}]."
            : stray.Value is InlineTableSyntax && SettingOptions.Sections.Contains(parts[0])
            ? $"Write a section [{parts[0]}] with its options below it."
            : $"Put it below one of the sections {SectionList()}.";
        return Wrong(path, stray.Span.Start.Line, $"'{KeyText(stray.Key)}' stands outside of a section", hint);
    }

    /// <summary>Reads an array of texts that stands alone; null when it is anything else.</summary>
    internal static IReadOnlyList<object?>? TextArray(string text)
    {
        var document = Parse("", $"x = {text}");
        var isArray = !document.HasErrors && !document.Tables.Any();
        return isArray && document.KeyValues.ToList() is [{ Value: ArraySyntax array }]
            ? (IReadOnlyList<object?>)Value(array)!
            : null;
    }

    internal static object? Value(SyntaxNode? value) => value switch
    {
        BooleanValueSyntax boolean => boolean.Value,
        IntegerValueSyntax integer => integer.Value,
        StringValueSyntax text => text.Value,
        ArraySyntax array => array.Items.Select(i => Value(i.Value)).ToList(),
        _ => null,
    };

    /// <summary>Quotes around a key mean nothing.</summary>
    internal static string KeyText(KeySyntax? key) =>
        key is null ? "" : string.Join('.', key.DotKeys.Select(d => KeyPart(d.Key)).Prepend(KeyPart(key.Key)));

    private static string KeyPart(SyntaxNode? part) =>
        part is StringValueSyntax text ? text.Value ?? "" : part?.ToString().Trim() ?? "";

    private static string SectionList() => string.Join(", ", SettingOptions.Sections);

    internal static VmmException Wrong(string path, int line, string what, string hint) =>
        new(ErrorCode.ConfigError, $"{path}, line {line + 1}: {what}", hint);
}
