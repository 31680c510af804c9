using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Vmm;

/// <summary>Reads vmm.toml. Errors name file, line and what is allowed.</summary>
public static class SettingsFile
{
    /// <summary>Where the configuration is when nothing else is said.</summary>
    public const string DefaultPath = "/etc/vmm/vmm.toml";

    private const UnixFileMode Allowed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>Reads and checks a configuration.</summary>
    /// <exception cref="VmmException">31 unusable content, 32 no file, 34 mode or owner.</exception>
    public static Settings Load(string path)
    {
        var text = ReadProtected(path);
        var document = SyntaxParser.Parse(text, path, validate: true);
        foreach (var message in document.Diagnostics.Where(d => d.Kind == DiagnosticMessageKind.Error))
        {
            throw Wrong(path, message.Span.Start.Line, message.Message.TrimEnd('.'), "The file is TOML: section in brackets, then name = value; texts stand in quotes.");
        }

        var values = SettingOptions.All.ToDictionary(o => o.Key, o => o.Default);
        foreach (var table in document.Tables)
        {
            ReadTable(path, table, values);
        }

        foreach (var stray in document.KeyValues)
        {
            throw Wrong(path, stray.Span.Start.Line, $"'{KeyText(stray.Key)}' stands outside of a section", $"Put it below one of {SectionList()}.");
        }

        return new Settings(path, values);
    }

    private static void ReadTable(string path, TableSyntaxBase table, Dictionary<string, object> values)
    {
        var section = KeyText(table.Name);
        if (table is not TableSyntax || !SettingOptions.Sections.Contains(section))
        {
            throw Wrong(path, table.Span.Start.Line, $"unknown section '{section}'", $"The sections are {SectionList()}.");
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

    /// <summary>The file holds the database password: nobody but root and one group may read it, nobody but root may write it.</summary>
    private static string ReadProtected(string path)
    {
        try
        {
            using var handle = System.IO.File.OpenHandle(path);
            var mode = System.IO.File.GetUnixFileMode(handle);
            if ((mode & ~Allowed) != 0)
            {
                throw new VmmException(
                    ErrorCode.ConfigPermission,
                    $"the configuration '{path}' has mode 0{Convert.ToString((int)mode, 8)}, at most 0640 is safe",
                    $"chmod 0640 {path}");
            }

            if (!Posix.IsOwnedByRoot(handle))
            {
                throw new VmmException(ErrorCode.ConfigPermission, $"the configuration '{path}' does not belong to root", $"chown root {path}");
            }

            using var reader = new StreamReader(new FileStream(handle, FileAccess.Read));
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new VmmException(
                ErrorCode.ConfigMissing, $"there is no configuration '{path}'", "Run install.sh, or name the file with --config or VMM_CONFIG.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VmmException(ErrorCode.ConfigMissing, $"cannot read the configuration '{path}': {e.Message.TrimEnd('.')}", null, e);
        }
    }

    private static object? Value(SyntaxNode? value) => value switch
    {
        BooleanValueSyntax boolean => boolean.Value,
        IntegerValueSyntax integer => integer.Value,
        StringValueSyntax text => text.Value,
        ArraySyntax array => array.Items.Select(i => Value(i.Value)).ToList(),
        _ => null,
    };

    private static string KeyText(KeySyntax? key) => key?.ToString().Trim().Trim('"') ?? "";

    private static string SectionList() => string.Join(", ", SettingOptions.Sections);

    private static VmmException Wrong(string path, int line, string what, string hint) =>
        new(ErrorCode.ConfigError, $"{path}, line {line + 1}: {what}", hint);
}
