using System.Text.RegularExpressions;

namespace Vmm.Tests.House;

/// <summary>What keeps the sources small, honest and explained.</summary>
public static partial class TidyTests
{
    private const int MaxLines = 300;
    private const int MaxColumns = 132;

    [Fact]
    public static void no_file_is_longer_than_300_lines()
    {
        string[] patterns = ["src/*.cs", "tests/*.cs", "tools/*.cs", "install/*.sh", "bench/*.sh", "sql/*.pgsql"];
        var files = patterns.Where(p => Directory.Exists(Repository.PathOf(p.Split('/')[0])))
            .SelectMany(p => Source.Files(p.Split('/')[0], p.Split('/')[1]))
            .Append(("install.sh", File.ReadAllLines(Repository.PathOf("install.sh")))).ToList();
        Assert.True(files.Count > 80, $"only {files.Count} files were found");
        Assert.Empty(files.Where(f => f.Item2.Length > MaxLines).Select(f => $"{f.Item1}: {f.Item2.Length} lines"));
    }

    /// <summary>
    /// Code and SQL can be read beside something else. What a machine writes, or an old vmm wrote, is not ours to wrap.
    /// </summary>
    [Fact]
    public static void no_line_is_wider_than_132_columns()
    {
        (string Folder, string Pattern)[] sources =
        [
            ("src", "*.cs"),
            ("tests", "*.cs"),
            ("tests", "*.sh"),
            ("tools", "*.cs"),
            ("tools", "*.sh"),
            ("install", "*"),
            ("bench", "*.sh"),
            ("sql", "*.pgsql"),
        ];
        var lines =
            from source in sources
            from file in Source.Files(source.Folder, source.Pattern)
            where !file.Path.Contains("/node_modules/", StringComparison.Ordinal)
            from line in file.Lines.Select((text, i) => (Text: text, Number: i + 1))
            select (Place: $"{file.Path}:{line.Number}", line.Text.Length);
        var all = lines.ToList();
        Assert.True(all.Count > 30000, $"only {all.Count} lines were found");
        Assert.Empty(all.Where(l => l.Length > MaxColumns).Select(l => $"{l.Place}: {l.Length}"));
    }

    [Fact]
    public static void nothing_is_left_to_do_or_skipped()
    {
        var found = from file in Source.Files("src", "*.cs").Concat(Source.Files("tests", "*.cs"))
                    where !file.Path.EndsWith("TidyTests.cs", StringComparison.Ordinal)
                    from line in file.Lines.Select((text, i) => (Text: text, Number: i + 1))
                    where Unfinished().IsMatch(line.Text)
                    select $"{file.Path}:{line.Number}: {line.Text.Trim()}";
        Assert.Empty(found);
    }

    [Fact]
    public static void every_suppression_has_its_reason()
    {
        var bare = new List<string>();
        foreach (
            var (path, lines) in Source
                .Files("src", "*.cs")
                .Concat(Source.Files("tests", "*.cs"))
                .Where(f => !f.Path.EndsWith("TidyTests.cs", StringComparison.Ordinal))
        )
        {
            bare.AddRange(
                lines
                    .Where(l =>
                        l.TrimStart().StartsWith("#pragma warning disable", StringComparison.Ordinal) && !PragmaReason().IsMatch(l)
                    )
                    .Select(l => $"{path}: {l.Trim()}")
            );
            bare.AddRange(
                lines
                    .Where(
                        (l, i) =>
                            l.Contains("[SuppressMessage", StringComparison.Ordinal)
                            && !l.Contains("Justification", StringComparison.Ordinal)
                    )
                    .Select(l => $"{path}: {l.Trim()}")
            );
        }

        // One comment may stand above a group of lines.
        var reason = false;
        foreach (var line in File.ReadAllLines(Repository.PathOf(".editorconfig")))
        {
            reason = line.StartsWith('#') || (reason && line.Length > 0 && line[0] != '[');
            if (line.EndsWith("= none", StringComparison.Ordinal) && !reason)
            {
                bare.Add($".editorconfig: {line}");
            }
        }

        foreach (
            var file in (string[])
                [
                    .. Repository.Sources("src", "*.props"),
                    .. Repository.Sources("src", "*.csproj"),
                    .. Repository.Sources("tests", "*.csproj"),
                    .. Directory.GetFiles(Repository.Root, "*.props"),
                ]
        )
        {
            var lines = File.ReadAllLines(file);
            bare.AddRange(
                lines
                    .Where(
                        (l, i) =>
                            l.Contains("NoWarn", StringComparison.Ordinal)
                            && !l.Contains("<!--", StringComparison.Ordinal)
                            && !lines[i - 1].Contains("-->", StringComparison.Ordinal)
                    )
                    .Select(l => $"{file}: {l.Trim()}")
            );
        }

        Assert.Empty(bare);
    }

    [Fact]
    public static void warnings_are_errors_and_docstrings_are_asked_for()
    {
        var props = File.ReadAllText(Repository.PathOf("Directory.Build.props"));
        foreach (
            var setting in (string[])
                [
                    "<TreatWarningsAsErrors>true<",
                    "<GenerateDocumentationFile>true<",
                    "<Nullable>enable<",
                    "<AnalysisMode>All<",
                    "<EnforceCodeStyleInBuild>true<",
                ]
        )
        {
            Assert.Contains(setting, props, StringComparison.Ordinal);
        }

        // CS1591 (no docstring on something public) is switched off for the tests alone.
        var sections = File.ReadAllText(Repository.PathOf(".editorconfig")).Split("[tests/");
        Assert.DoesNotContain(
            "CS1591",
            sections[0] + props + File.ReadAllText(Repository.PathOf("src", "Directory.Build.props")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public static void every_public_type_and_method_has_a_docstring()
    {
        // As the compiler's own rule, but by text: it holds for internal types of Cli too, which nothing else checks.
        var bare =
            from file in Source.Code
            from line in file.Lines.Select((text, i) => (Text: text, Number: i))
            where TypeDeclaration().IsMatch(line.Text)
            let above = file
                .Lines.Take(line.Number)
                .Reverse()
                .SkipWhile(l => l.TrimStart().StartsWith('[') || l.TrimEnd().EndsWith(']') || Attribute().IsMatch(l))
                .FirstOrDefault()
            where above?.TrimStart().StartsWith("///", StringComparison.Ordinal) != true
            select $"{file.Path}:{line.Number + 1}: {line.Text.Trim()}";
        Assert.Empty(bare);
    }

    [Fact]
    public static void the_documentation_names_only_commands_and_options_that_exist()
    {
        var root = CommandTree.Build(new App(new Terminal(new StandardStreams(true, true, true))));
        var commands = root.Subcommands.SelectMany(c => c.Aliases.Append(c.Name)).ToHashSet();
        var options = root
            .Options.Concat(root.Subcommands.SelectMany(c => c.Options))
            .SelectMany(o => o.Aliases.Append(o.Name))
            .ToHashSet();
        var wrong = new List<string>();
        foreach (
            var path in Directory
                .GetFiles(Repository.Root, "*.md")
                .Concat(Directory.Exists(Repository.PathOf("docs")) ? Repository.Sources("docs", "*.md") : [])
        )
        {
            foreach (var line in File.ReadAllLines(path))
            {
                foreach (Match use in VmmCommand().Matches(line))
                {
                    var name = use.Groups["command"].Value;
                    if (name.Length > 0 && !commands.Contains(name))
                    {
                        wrong.Add($"{Path.GetFileName(path)}: vmm {name}");
                    }

                    wrong.AddRange(Option().Matches(use.Groups["rest"].Value).Select(o => o.Value)
                        .Where(o => !options.Contains(o)).Select(o => $"{Path.GetFileName(path)}: vmm {name} {o}"));
                }
            }
        }

        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"\bTODO\b|\bFIXME\b|\bXXX\b|\bHACK\b|NotImplementedException|Skip\s*=\s*""|SkipUnless|SkipWhen|Assert\.Skip")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"#pragma warning disable \w+ // .{10,}")]
    private static partial Regex PragmaReason();

    [GeneratedRegex(
        @"^    ?(public|internal)? ?(static |sealed |abstract |partial |readonly )*(class|record|struct|enum|interface) \w"
            + @"|^(public|internal) (static |sealed |abstract |partial |readonly )*(class|record|struct|enum|interface) \w"
    )]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"^\s*(\[|[A-Za-z]+ = )")]
    private static partial Regex Attribute();

    /// <summary>A command line in code style: after a prompt, sudo or a backtick.</summary>
    [GeneratedRegex(@"(?<=^|[`$#] ?|sudo |`)vmm (?<command>[a-z][a-z0-9-]*)?(?<rest>[^`|]*)")]
    private static partial Regex VmmCommand();

    [GeneratedRegex(@"(?<=\s)--[a-z-]+")]
    private static partial Regex Option();
}
