using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Vmm.Tests.House;

/// <summary>said (Cli) -> done (Core) -> kept (Data): who may know whom.</summary>
public static class LayerTests
{
    [Theory]
    [InlineData("Vmm.Cli", "Vmm.Core", "System.CommandLine")]
    [InlineData("Vmm.Core", "Vmm.Data", "BouncyCastle.Cryptography DnsClient Serilog Serilog.Formatting.Compact Tomlyn")]
    [InlineData("Vmm.Data", "", "Npgsql")]
    public static void projects_refer_to_the_next_layer_and_to_their_own_packages_only(string project, string next, string packages)
    {
        var xml = XDocument.Load(Repository.PathOf("src", project, project + ".csproj"));
        Assert.Equal(
            next,
            string.Join(
                ' ',
                xml.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value))
            )
        );
        Assert.Equal(packages, string.Join(' ', xml.Descendants("PackageReference").Select(r => r.Attribute("Include")!.Value)));
    }

    [Fact]
    public static void insides_are_shown_to_the_next_layer_the_documents_and_the_tests_only()
    {
        var visible = Repository
            .Sources("src", "*.csproj")
            .Append(Repository.PathOf("src", "Directory.Build.props"))
            .SelectMany(f =>
                XDocument
                    .Load(f)
                    .Descendants("InternalsVisibleTo")
                    .Select(v => $"{Path.GetFileName(f)}: {v.Attribute("Include")!.Value}")
            );
        Assert.Equal(
            ["Directory.Build.props: Vmm.Tests", "Vmm.Cli.csproj: Vmm.Docs", "Vmm.Data.csproj: Vmm.Core"],
            visible.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public static void only_cli_speaks_to_the_terminal()
    {
        Assert.Empty(Source.Places("Console.", "src/Vmm.Core").Concat(Source.Places("Console.", "src/Vmm.Data")));
        // The compiler holds it too, where nobody thinks of this test.
        Assert.Contains(
            "T:System.Console;",
            File.ReadAllText(Repository.PathOf("BannedSymbols.Libraries.txt")),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "BannedSymbols.Libraries.txt",
            File.ReadAllText(Repository.PathOf("src", "Directory.Build.props")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("System.CommandLine", "src/Vmm.Cli/")]
    [InlineData("Npgsql", "src/Vmm.Data/")]
    [InlineData("PostgresException", "src/Vmm.Data/")]
    [InlineData("Tomlyn", "src/Vmm.Core/Configuration/")]
    [InlineData("Serilog", "src/Vmm.Core/Log/")]
    [InlineData("BouncyCastle", "src/Vmm.Core/Passwords/")]
    [InlineData("DnsClient", "src/Vmm.Core/Checks/")]
    public static void what_comes_from_outside_is_known_in_one_room(string name, string room) =>
        Assert.All(Source.FilesWith(name), f => Assert.StartsWith(room, f, StringComparison.Ordinal));

    [Fact]
    public static void the_process_ends_in_program_and_where_a_blocked_read_leaves_no_other_way() =>
        Assert.Equal(
            ["src/Vmm.Cli/Interaction/Interruptible.cs", "src/Vmm.Cli/Interaction/Interruption.cs"],
            Source.FilesWith("Environment.Exit").Concat(Source.FilesWith("Environment.FailFast"))
        );

    [Fact]
    public static void only_session_begins_and_commits()
    {
        Assert.Equal(["src/Vmm.Core/Session.cs"], Source.FilesWith("tx.Commit("));
        Assert.Equal(["src/Vmm.Core/Session.cs"], Source.FilesWith("BeginSql.Begin("));
        Assert.Equal(["src/Vmm.Core/Session.cs"], Source.FilesWith("BeginSql.BeginChange("));
        // Nobody begins without what a transaction needs.
        Assert.Equal(["src/Vmm.Data/Sql/BeginSql.cs"], Source.FilesWith("Transaction.Begin"));
        // The other one leaves these words out of files that psql can run too.
        const string LeftOut = "src/Vmm.Data/Sql/Upgrade/UpgradeSql.cs";
        Assert.Equal(
            ["src/Vmm.Data/Transaction.cs"],
            Source.FilesWith("BeginTransaction").Concat(Source.FilesWith("\"COMMIT")).Distinct().Where(f => f != LeftOut)
        );
        Assert.Equal([LeftOut], Source.FilesWith("\"BEGIN"));
    }

    [Fact]
    public static void only_app_catches_errors_for_the_user_and_others_have_a_reason()
    {
        var allowed = new Dictionary<string, string>
        {
            ["src/Vmm.Cli/Running/App.cs"] = "the end of the road",
            ["src/Vmm.Cli/Running/Noted.cs"] = "the operations log, on the way to App",
            ["src/Vmm.Cli/Commands/Configure/ConfigureDialogue.cs"] = "a refused value is asked for again",
            ["src/Vmm.Cli/Interaction/Terminal.cs"] = "the result could not be written: nothing comes after it",
            ["src/Vmm.Cli/Interaction/PasswordPrompt.cs"] = "a refused password is asked for again",
            ["src/Vmm.Core/Log/OperationsLog.cs"] = "a log that cannot be written is a warning",
            ["src/Vmm.Core/MailServers/Postfix/PostfixRules.cs"] = "without Postfix the documented configuration holds",
            ["src/Vmm.Core/MailConfiguration/InstallationUndo.cs"] = "what was put back already is told with the failure",
            ["src/Vmm.Core/MailConfiguration/Replacement.cs"] = "without a database its configuration can be installed already",
            ["src/Vmm.Core/MailConfiguration/FirstId.cs"] = "without a database the usual numbers hold",
            ["src/Vmm.Core/Administration/BaseDirectory.cs"] = "a configuration can be changed without its database",
            ["src/Vmm.Core/Administration/Bulk.cs"] = "every wrong line of a file is named",
            ["src/Vmm.Core/Administration/BulkFile.cs"] = "every wrong line of a file is named",
            ["src/Vmm.Core/Checks/Repairs.cs"] = "what can be mended is mended; every failure is reported",
            ["src/Vmm.Core/MailServers/ConfigurationWriter.cs"] = "every file is put back; the first error is reported",
            ["src/Vmm.Core/MailServers/Dovecot/DboxFolders.cs"] =
                "the account is there; folders that Dovecot did not make are a warning",
            ["src/Vmm.Cli/Commands/Housekeeping/HousekeepingRun.cs"] = "a step that fails does not keep the others from being done",
            ["src/Vmm.Core/Checks/HealthCheck.cs"] = "a database of another layout is a finding",
            ["src/Vmm.Core/Checks/DovecotAnswers.cs"] = "a Dovecot that does not answer is a finding",
            ["src/Vmm.Core/MailServers/MailServerFaults.cs"] = "whatever the mail servers' programs and files say is a finding",
            ["src/Vmm.Core/Checks/PostfixAnswers.cs"] = "a map that cannot be asked is a finding",
            ["src/Vmm.Core/Administration/TrashIndex.cs"] = "a damaged part of the trash must not hide the others",
            ["src/Vmm.Core/Checks/DirectoryReport.cs"] = "an unsafe path is a finding, not an error",
            ["src/Vmm.Core/Checks/TrashWalk.cs"] = "a damaged list is a finding",
            ["src/Vmm.Core/Checks/DirectoryWalk.cs"] = "what cannot be looked at is not being made by another vmm",
            ["src/Vmm.Core/Mailboxes/Folder.Write.cs"] = "somebody else made the directory first",
            ["src/Vmm.Core/Mailboxes/MailStore.cs"] = "undo tries every step; the first error is reported",
            ["src/Vmm.Core/Mailboxes/Removals.cs"] = "every removal is tried; the first error is reported",
            ["src/Vmm.Core/Mailboxes/StagedHomes.cs"] =
                "all mail that can be brought back is brought back; the first error is reported",
            ["src/Vmm.Core/Tracing/LiveAnswers.cs"] = "an account that doveadm fails at gets a hint",
            ["src/Vmm.Core/Upgrade/DumpFile.cs"] = "what pg_dump says gets a hint",
            ["src/Vmm.Data/Sql/Upgrade/LocksSql.cs"] = "a lock that another session holds is tried again",
            ["src/Vmm.Data/Sql/Upgrade/ObstaclesSql.cs"] = "what stops a step gets a hint",
            ["src/Vmm.Core/Upgrade/DatabaseUpgrade.cs"] = "the upgrade is made, whatever is found on the disk",
            ["src/Vmm.Core/PostfixAdmin/PostfixAdminImport.cs"] =
                "an alias that Postfix could not follow is left out where that is wished, and named",
            ["src/Vmm.Core/PostfixAdmin/ImportPlan.cs"] = "every row that cannot be imported is named",
            ["src/Vmm.Core/MailServers/Dovecot/DovecotSessions.cs"] =
                "the change is kept already; what Dovecot was not told is a warning",
            ["src/Vmm.Core/Mailboxes/TreeOwner.cs"] = "what its user has removed meanwhile needs no new owner",
            ["src/Vmm.Core/Mailboxes/TreeRemoval.cs"] = "what can be removed is removed; the first error is reported",
        };
        Assert.Equal(
            allowed.Keys.Order(StringComparer.Ordinal),
            Source.FilesWith("catch (VmmException").Order(StringComparer.Ordinal)
        );
    }

    /// <summary>
    /// A command does one thing and waits for it. What has to go on beside it is a thread or a timer, and says why.
    /// </summary>
    [Fact]
    public static void nothing_is_asynchronous()
    {
        var asynchronous = new Regex(@"\b(async|await|ValueTask|IAsync\w+)\b|\bTask<|\w+Async\(");
        var tasks = new Dictionary<string, string>
        {
            ["src/Vmm.Data/Transaction.cs"] = "opening a connection to a server far away cannot be cancelled",
        };
        Assert.Empty(
            Source.Code.SelectMany(f =>
                f.Lines.Where(l => asynchronous.IsMatch(Source.WithoutComment(l))).Select(l => $"{f.Path}: {l.Trim()}")
            )
        );
        Assert.Equal(tasks.Keys, Source.FilesWith("Task.").Order(StringComparer.Ordinal));
    }

    /// <summary>Session begins and ends the transaction; what is between is methods of Vmm.Data/Sql, which see the rows.</summary>
    [Fact]
    public static void statements_are_run_and_rows_are_read_in_data_only()
    {
        var call = new Regex(@"\b[tT]x\.(List|Scalar|Script|One|Execute|Stream|Copy)\b");
        var places = from file in Source.Code
                     where !file.Path.StartsWith("src/Vmm.Data/Sql/", StringComparison.Ordinal)
                     from line in file.Lines
                     where call.IsMatch(line)
                     select $"{file.Path}: {line.Trim()}";
        Assert.Empty(places);
        Assert.Matches(call, "s.Tx.List(SchemaShapeSql.MissingRoles, r => r.GetString(0))");
    }

    [Fact]
    public static void nothing_is_caught_without_a_type_or_by_the_widest_one_without_a_reason()
    {
        var wide = new Regex(@"catch \(Exception( \w+)?\)\s*$");
        foreach (var (path, lines) in Source.Code)
        {
            for (var i = 0; i < lines.Length; i++)
            {
                // A bare catch may clean up, and then the exception goes on.
                if (lines[i].Trim() == "catch")
                {
                    Assert.Contains(
                        lines.Skip(i).TakeWhile(l => l.TrimEnd() != lines[i].Replace("catch", "}", StringComparison.Ordinal)),
                        l => l.Trim() == "throw;"
                    );
                }

                if (wide.IsMatch(lines[i]))
                {
                    Assert.True(
                        lines[i - 1].Contains("pragma warning disable CA1031 // ", StringComparison.Ordinal),
                        $"{path}:{i + 1} catches everything"
                    );
                }
            }
        }
    }
}
