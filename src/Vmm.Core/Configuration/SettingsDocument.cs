using Tomlyn.Syntax;
using Vmm.Data.Failures;

namespace Vmm.Core.Configuration;

/// <summary>
/// The text of a vmm.toml that is to be changed. It may hold unknown options and wrong values. A change replaces the text of one
/// value or adds one line; comments, order and everything else stay as they are. Immutable.
/// </summary>
public sealed class SettingsDocument
{
    private readonly string path;
    private readonly DocumentSyntax document;

    private SettingsDocument(string path, string text, DocumentSyntax document)
    {
        this.path = path;
        Text = text;
        this.document = document;
        Settings = new Settings(path, SettingOptions.All.ToDictionary(o => o.Key, o => Current(o) ?? o.Default));
    }

    /// <summary>What is in force; the default where the value in the file is wrong.</summary>
    public Settings Settings { get; }

    internal string Text { get; }

    /// <summary>The value of an option as configget prints it; a wrong one as it stands in the file.</summary>
    public string Show(SettingOption option) => Current(option) is { } value ? option.Format(value)
        : option.Kind == SettingKind.Secret ? option.Format("wrong")
        : Find(option)!.Value is { } wrong ? Text[wrong.Span.Start.Offset..End(wrong)] : "";

    internal static SettingsDocument Parse(string path, string text)
    {
        var document = SettingsFile.Parse(path, text);
        return Fault(document) is { } fault ? throw SettingsFile.NotToml(path, fault) : new SettingsDocument(path, text, document);
    }

    /// <summary>Whether this value is in force already.</summary>
    internal bool Holds(SettingOption option, SettingEntry entry) =>
        Current(option) is { } value && SettingInput.Same(value, entry.Value);

    /// <summary>The document with another value.</summary>
    /// <exception cref="VmmException">31 when the section or the option is there in a form that leaves no place for it.</exception>
    internal SettingsDocument With(SettingOption option, SettingEntry entry)
    {
        var text = Find(option) is { } item ? Replace(item, entry.Toml) : Add(option, entry.Toml);
        var changed = SettingsFile.Parse(path, text);
        if (Fault(changed) is { } fault)
        {
            throw new VmmException(
                ErrorCode.ConfigError,
                $"there is no place for '{option.Key}' in '{path}': {SettingsFile.Reason(fault)}",
                $"The file must have '{option.Name} = ...' below [{option.Section}] and nothing else of these names. "
                + "Correct it with an editor.");
        }

        var result = new SettingsDocument(path, text, changed);
        return result.Holds(option, entry) ? result : throw new InvalidOperationException($"{option.Key} did not take its value");
    }

    /// <summary>Null when the value in the file is wrong.</summary>
    private object? Current(SettingOption option) =>
        Find(option) is { } item ? option.Read(SettingsFile.Value(item.Value)) : option.Default;

    private static DiagnosticMessage? Fault(DocumentSyntax document) =>
        document.Diagnostics.FirstOrDefault(d => d.Kind == DiagnosticMessageKind.Error);

    private TableSyntax? Section(string name) =>
        document.Tables.OfType<TableSyntax>().FirstOrDefault(t => SettingsFile.KeyText(t.Name) == name);

    private KeyValueSyntax? Find(SettingOption option) =>
        Section(option.Section)?.Items.FirstOrDefault(i => SettingsFile.KeyText(i.Key) == option.Name);

    /// <summary>Comments inside of a value of several lines go above it.</summary>
    private string Replace(KeyValueSyntax item, string toml)
    {
        var value = item.Value!;
        var (start, end) = (value.Span.Start.Offset, End(value));
        var comments = value.Tokens(true).OfType<SyntaxTrivia>()
            .Where(t => t.Kind == TokenKind.Comment && t.Span.Start.Offset < end)
            .Select(t => t.Text!.TrimEnd('\r'));
        var line = LineStart(item.Key!.Span.Start.Offset);
        var indent = Indent(line);
        return $"{Text[..line]}{string.Concat(comments.Select(c => indent + c + LineEnd))}{Text[line..start]}{toml}{Text[end..]}";
    }

    private string Add(SettingOption option, string toml)
    {
        if (Section(option.Section) is not { } section)
        {
            var gap = Text.Length == 0 ? "" : Text.EndsWith('\n') ? LineEnd : LineEnd + LineEnd;
            return $"{Text}{gap}[{option.Section}]{LineEnd}{option.Name} = {toml}{LineEnd}";
        }

        // Where the option is explained is the best place; else it comes last.
        var last = section.Items.LastOrDefault()?.Value;
        var explained = Explained(section, option.Name);
        var before = explained ?? (last is null ? End(section.CloseBracket!) : End(last));
        var first = last is null || explained is not null ? before : section.Items.Last().Key!.Span.Start.Offset;
        var added = $"{Indent(LineStart(first))}{option.Name} = {toml}{LineEnd}";
        var next = Text.IndexOf('\n', before) + 1;
        return next == 0 ? Text + LineEnd + added : Text[..next] + added + Text[next..];
    }

    /// <summary>The line of a default that is commented out, as the shipped file has them all.</summary>
    private int? Explained(TableSyntax section, string name)
    {
        var start = section.Span.Start.Offset;
        var end = document.Tables.Select(t => t.Span.Start.Offset).Where(o => o > start).DefaultIfEmpty(Text.Length).Min();
        for (var line = Text.IndexOf('\n', start) + 1; line > 0 && line < end; line = Text.IndexOf('\n', line) + 1)
        {
            var rest = Text.AsSpan(line, end - line).TrimStart(" \t");
            if (rest.StartsWith($"#{name}", StringComparison.Ordinal) && rest[(name.Length + 1)..].TrimStart(" \t") is ['=', ..]
                && !section.Items.Any(i => i.Span.Start.Offset <= line && line < End(i.Value!)))
            {
                return line;
            }
        }

        return null;
    }

    private string LineEnd => Text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    private int LineStart(int at) => at == 0 ? 0 : Text.LastIndexOf('\n', at - 1) + 1;

    private string Indent(int line) => string.Concat(Text.Skip(line).TakeWhile(c => c is ' ' or '\t'));

    /// <summary>Spans of the parser include their last character.</summary>
    private static int End(SyntaxNode node) => node.Span.End.Offset + 1;
}
