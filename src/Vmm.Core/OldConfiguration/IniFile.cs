namespace Vmm.Core.OldConfiguration;

/// <summary>What a line of an INI file is.</summary>
internal enum IniKind
{
    /// <summary>Nothing but white space.</summary>
    Blank,

    /// <summary>A comment, with its first character.</summary>
    Comment,

    /// <summary>A section begins.</summary>
    Section,

    /// <summary>An option, with all lines of its value.</summary>
    Option,
}

/// <summary>A piece of an INI file in the order of the file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Line">Where it begins, from 1.</param>
/// <param name="Text">The text of a comment, the name of a section; otherwise empty.</param>
/// <param name="Option">The option; null for other kinds.</param>
internal sealed record IniEntry(IniKind Kind, int Line, string Text, IniOption? Option = null);

/// <summary>A line that the old program could not read.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Reason">Lower case, without a final stop.</param>
internal sealed record IniFault(int Line, string Reason);

/// <summary>An option as it is in the file.</summary>
/// <param name="section">As written; Python distinguishes upper and lower case here.</param>
/// <param name="key">In lower case.</param>
/// <param name="line">Where it begins.</param>
internal sealed class IniOption(string section, string key, int line)
{
    internal string Section => section;

    internal string Key => key;

    internal int Line => line;

    /// <summary>The lines of the value, each trimmed.</summary>
    internal List<string> Parts { get; } = [];

    /// <summary>Before interpolation.</summary>
    internal string Raw { get; set; } = "";

    /// <summary>The line that sets the same option again and wins, or null.</summary>
    internal int? Overridden { get; set; }
}

/// <summary>An INI file as Python's ConfigParser sees it, with comments and order.</summary>
internal sealed class IniFile
{
    /// <summary>The section whose options every other section has too.</summary>
    internal const string DefaultSection = "DEFAULT";

    private readonly Dictionary<(string Section, string Key), IniOption> options = [];
    private readonly HashSet<string> sections = [];

    internal List<IniEntry> Entries { get; } = [];

    internal List<IniFault> Faults { get; } = [];

    /// <summary>Sections of the file, without <see cref="DefaultSection"/>.</summary>
    internal IEnumerable<string> Sections => sections;

    /// <summary>The options in force: for an option that is set twice, the last one.</summary>
    internal IEnumerable<IniOption> Options => options.Values;

    /// <summary>Whether the program sees the section; options of the default section alone do not make one.</summary>
    internal bool HasSection(string section) => sections.Contains(section);

    /// <summary>What the program reads for an option, before interpolation.</summary>
    internal IniOption? Find(string section, string key) => !sections.Contains(section)
        ? null
        : options.GetValueOrDefault((section, key)) ?? options.GetValueOrDefault((DefaultSection, key));

    /// <returns>False when it exists already.</returns>
    internal bool AddSection(string section) => section == DefaultSection || sections.Add(section);

    /// <returns>The earlier option of the same name, or null.</returns>
    internal IniOption? Put(IniOption option)
    {
        var before = options.GetValueOrDefault((option.Section, option.Key));
        options[(option.Section, option.Key)] = option;
        return before;
    }
}
