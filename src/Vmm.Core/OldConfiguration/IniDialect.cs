namespace Vmm.Core.OldConfiguration;

/// <summary>How the Python of a release reads INI files.</summary>
internal enum IniDialect
{
    /// <summary>
    /// vmm 0.3 to 0.6: an indented line continues the value before it, ' ;'
    /// begins a comment after a value, the last of two equal options wins.
    /// </summary>
    Python2,

    /// <summary>
    /// vmm 0.7: only more deeply indented lines continue a value, comments are on lines of their own, nothing may be set twice.
    /// </summary>
    Python3,
}

/// <summary>
/// Reads the dialects of Python's ConfigParser. Packages for .NET do not: they read the INI files of Windows, which have no
/// continued values, no default section and no interpolation, and they drop the comments.
/// </summary>
internal abstract class IniReader
{
    private const string NoHeader = "it is before the first section";

    private string? section;

    protected IniFile File { get; } = new();

    /// <summary>The option whose value may continue.</summary>
    protected IniOption? Current { get; private set; }

    /// <summary>Whether a section has begun; no option may come before.</summary>
    protected bool InSection => section is not null;

    /// <summary>Reads a text. It never throws: lines that Python rejects are faults in the result.</summary>
    internal static IniFile Read(string text, IniDialect dialect)
    {
        IniReader reader = dialect == IniDialect.Python2 ? new Python2Reader() : new Python3Reader();
        var number = 0;
        foreach (var line in reader.Lines(text))
        {
            if (!reader.Take(++number, line))
            {
                break;
            }
        }

        foreach (var option in reader.File.Entries.Select(e => e.Option).OfType<IniOption>())
        {
            option.Raw = reader.Join(option.Parts);
        }

        return reader.File;
    }

    protected abstract IEnumerable<string> Lines(string text);

    /// <returns>False when Python reads no further.</returns>
    protected abstract bool Take(int number, string line);

    protected abstract string Join(IEnumerable<string> parts);

    protected void Note(IniKind kind, int number, string text = "") => File.Entries.Add(new IniEntry(kind, number, text));

    protected bool Refuse(int number, string reason, bool goOn)
    {
        File.Faults.Add(new IniFault(number, reason));
        return goOn;
    }

    /// <returns>Whether the section is new.</returns>
    protected bool Begin(int number, string name)
    {
        (section, Current) = (name, null);
        Note(IniKind.Section, number, name);
        return File.AddSection(name);
    }

    protected bool RefuseOutside(int number) => Refuse(number, NoHeader, goOn: false);

    /// <returns>The earlier option of the same name, or null.</returns>
    protected IniOption? Set(int number, string key, string value)
    {
        Current = new IniOption(section!, key, number);
        Current.Parts.Add(value);
        File.Entries.Add(new IniEntry(IniKind.Option, number, "", Current));
        var before = File.Put(Current);
        if (before is not null)
        {
            before.Overridden = number;
        }

        return before;
    }
}
