using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Vmm;

/// <summary>Reads vmm.toml. Errors name file, line and what is allowed.</summary>
public static class SettingsFile
{
    /// <summary>Where the configuration is when nothing else is said.</summary>
    public const string DefaultPath = "/etc/vmm/vmm.toml";

    /// <summary>Reads and checks a configuration.</summary>
    /// <exception cref="VmmException">31 unusable content, 32 no file, 34 mode or owner.</exception>
    public static Settings Load(string path)
    {
        var text = ProtectedFile.Read(path);
        var document = SyntaxParser.Parse(text, path, validate: true);
        foreach (var message in document.Diagnostics.Where(d => d.Kind == DiagnosticMessageKind.Error))
        {
            throw Wrong(path, message.Span.Start.Line, message.Message.TrimEnd('.'), "The file is TOML: section in brackets, then name = value; texts stand in quotes.");
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
            values[option.Key] = option.Read(Value(item.Value))
                ?? throw Wrong(path, item.Span.Start.Line, $"the value of '{option.Key}' is wrong", $"Allowed is {option.Allowed}.");
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
            nearest is null ? $"Section {section} has: {string.Join(", ", names)}." : $"Was '{section}.{nearest}' meant?");
    }

    /// <summary>TOML has more than one way to write a table; this file has one, so that people and configset find everything in its place.</summary>
    private static VmmException Stray(string path, KeyValueSyntax stray)
    {
        var parts = KeyText(stray.Key).Split('.');
        var hint = parts is [var section, var name] && SettingOptions.Find(section, name) is not null ? $"Write {name} = ... below [{section}]."
            : stray.Value is InlineTableSyntax && SettingOptions.Sections.Contains(parts[0]) ? $"Write a section [{parts[0]}] with its options below it."
            : $"Put it below one of the sections {SectionList()}.";
        return Wrong(path, stray.Span.Start.Line, $"'{KeyText(stray.Key)}' stands outside of a section", hint);
    }

    private static object? Value(SyntaxNode? value) => value switch
    {
        BooleanValueSyntax boolean => boolean.Value,
        IntegerValueSyntax integer => integer.Value,
        StringValueSyntax text => text.Value,
        ArraySyntax array => array.Items.Select(i => Value(i.Value)).ToList(),
        _ => null,
    };

    /// <summary>Quotes around a key mean nothing.</summary>
    private static string KeyText(KeySyntax? key) =>
        key is null ? "" : string.Join('.', key.DotKeys.Select(d => KeyPart(d.Key)).Prepend(KeyPart(key.Key)));

    private static string KeyPart(SyntaxNode? part) => part is StringValueSyntax text ? text.Value ?? "" : part?.ToString().Trim() ?? "";

    private static string SectionList() => string.Join(", ", SettingOptions.Sections);

    internal static VmmException Wrong(string path, int line, string what, string hint) =>
        new(ErrorCode.ConfigError, $"{path}, line {line + 1}: {what}", hint);
}
