using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;

namespace Vmm.Core.MailServers.Postfix;

/// <summary>The Postfix for which a configuration is made.</summary>
/// <param name="Program">Path of postconf.</param>
/// <param name="Version">The installed version, or the requested one.</param>
/// <param name="Directory">Directory of main.cf.</param>
/// <param name="Queue">Queue directory, with its sockets.</param>
/// <param name="IsHere">Whether it is installed, so that its configuration can be read.</param>
internal sealed record PostfixInstallation(string Program, MailVersion Version, string Directory, string Queue, bool IsHere)
{
    /// <summary>Whether the directories in the queue directory exist, which Postfix makes at its first start or check.</summary>
    internal bool HasQueue => System.IO.Directory.Exists(Queue + "/private");

    /// <summary>The command that activates the configuration: reloads Postfix, or starts it if it does not run.</summary>
    internal string ApplyCommand(CancellationToken ct) => IsRunning(ct) ? Command("reload") : Start;

    /// <summary>Whether Postfix runs.</summary>
    internal bool IsRunning(CancellationToken ct)
    {
        var program = Beside("postfix");
        return File.Exists(program) && ChildProgram.Ask(program, ["-c", Directory, "status"], "", ct).Status == 0;
    }

    /// <summary>The command that starts it.</summary>
    internal string Start => Daemon.StartCommand(IsSystems, "postfix", Command("start"));

    /// <summary>postconf(1) as you type it for this Postfix.</summary>
    internal string Postconf => IsSystems ? "postconf" : $"postconf -c {FileName.Quote(Directory)}";

    /// <summary>Path of postmap.</summary>
    internal string Postmap => Beside("postmap");

    /// <summary>Postfix installs its programs in one directory.</summary>
    private string Beside(string name) => Path.Combine(Path.GetDirectoryName(Program) ?? "/", name);

    private bool IsSystems => Directory == "/etc/postfix";

    /// <summary>A command of postfix(1).</summary>
    internal string Command(string verb) => IsSystems ? $"postfix {verb}" : $"postfix -c {FileName.Quote(Directory)} {verb}";

    /// <summary>Runs postconf; without it the paths of the distributions apply.</summary>
    /// <param name="settings">Say where postconf is.</param>
    /// <param name="givenVersion">In place of its own; null asks for it.</param>
    /// <param name="givenDirectory">Of main.cf, in place of its own; null asks for it.</param>
    /// <param name="ct">Cancels it.</param>
    /// <exception cref="VmmException">
    /// 51, 55, 67 postconf cannot be run and no version is given; 91 a version that is not supported.
    /// </exception>
    internal static PostfixInstallation Ask(Settings settings, string? givenVersion, string? givenDirectory, CancellationToken ct)
    {
        var program = settings.Value(SettingOptions.BinPostconf);
        var isHere = File.Exists(program);
        var version = MailVersion.ReadPostfix(givenVersion ?? (isHere
            ? ChildProgram.Run(program, ["-d", "-h", "mail_version"], ct)
            : throw MailVersion.Unknown("Postfix", program, "postfix")));
        var directory = givenDirectory ?? (isHere ? UsualDirectory(program, ct) : "/etc/postfix");
        isHere = isHere && File.Exists(directory + "/main.cf");
        var queue = isHere
            ? ChildProgram.Run(program, ["-c", directory, "-x", "-h", "queue_directory"], ct).Trim()
            : "/var/spool/postfix";
        return new PostfixInstallation(program, version, directory, queue, isHere);
    }

    /// <summary>
    /// The values of parameters by their names; empty where a parameter is not known, or Postfix is not installed.
    /// </summary>
    /// <param name="names">Names of the parameters.</param>
    /// <param name="directory">A different directory with main.cf; null for the one of this Postfix.</param>
    /// <param name="ct">Cancels it.</param>
    internal IReadOnlyDictionary<string, string> Parameters(IEnumerable<string> names, string? directory, CancellationToken ct)
    {
        List<string> asked = [.. names];
        return Values(asked, IsHere ? ChildProgram.Run(Program, ["-c", directory ?? Directory, .. asked], ct) : "");
    }

    /// <summary>Whether mail for users of the system goes through LMTP.</summary>
    internal bool HasLocalLmtp(CancellationToken ct) => Parameters(["mailbox_transport", "local_transport"], null, ct).Values
        .Any(t => t.StartsWith("lmtp:", StringComparison.Ordinal));

    /// <summary>The defaults of parameters by their names; empty as above.</summary>
    internal IReadOnlyDictionary<string, string> Defaults(IEnumerable<string> names, CancellationToken ct)
    {
        List<string> asked = [.. names];
        return Values(asked, IsHere ? ChildProgram.Run(Program, ["-d", .. asked], ct) : "");
    }

    /// <summary>The words of lists of domains in main.cf, with parameters in them replaced by their values.</summary>
    internal IReadOnlyDictionary<string, string> Expanded(IEnumerable<string> names, CancellationToken ct)
    {
        List<string> asked = [.. names];
        return Values(asked, IsHere ? ChildProgram.Run(Program, ["-c", Directory, "-x", .. asked], ct) : "");
    }

    /// <summary>The same of a value that a parameter does not have yet.</summary>
    internal string Expanded(string name, string value, CancellationToken ct) =>
        IsHere && value.Contains('$', StringComparison.Ordinal)
            ? ChildProgram.Run(Program, ["-c", Directory, "-o", $"{name}={value}", "-x", "-h", name], ct).Trim()
            : value;

    /// <summary>The fields of a service of master.cf; null where there is no such service.</summary>
    internal string[]? Service(string name, CancellationToken ct)
    {
        var line = IsHere ? ChildProgram.Run(Program, ["-c", Directory, "-M", name], ct) : "";
        return line.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } fields ? fields : null;
    }

    /// <summary>The options of a service of master.cf by their names.</summary>
    internal IReadOnlyDictionary<string, string> Options(string name, CancellationToken ct)
    {
        var lines = IsHere ? ChildProgram.Run(Program, ["-c", Directory, "-P", name], ct) : "";
        return lines.Split('\n')
            .Select(l => l.Split('=', 2, StringSplitOptions.TrimEntries))
            .Where(p => p.Length == 2)
            .GroupBy(p => p[0][(name.Length + 1)..])
            .ToDictionary(g => g.Key, g => g.Last()[1]);
    }

    private static Dictionary<string, string> Values(List<string> asked, string answer)
    {
        var values = asked.ToDictionary(n => n, _ => "");
        foreach (var line in answer.Split('\n'))
        {
            if (line.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value])
            {
                values[name] = value;
            }
        }

        return values;
    }

    /// <summary>The default directory; postconf fails where there is no main.cf.</summary>
    private static string UsualDirectory(string program, CancellationToken ct) =>
        ChildProgram.Ask(program, ["-h", "config_directory"], ct) is { Status: 0 } answer ? answer.Output.Trim() : "/etc/postfix";
}
