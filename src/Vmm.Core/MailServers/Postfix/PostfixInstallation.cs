using Vmm.Core.Configuration;
using Vmm.Core.MailConfiguration;
using Vmm.Core.Unix;
using Vmm.Data.Failures;




namespace Vmm.Core.MailServers.Postfix;

/// <summary>The Postfix for which a configuration is made.</summary>
/// <param name="Program">Path of postconf.</param>
/// <param name="Version">Its own, or the one that is asked for.</param>
/// <param name="Directory">Of main.cf.</param>
/// <param name="Queue">Where its sockets are.</param>
/// <param name="IsHere">Whether it can be asked what it has.</param>
internal sealed record PostfixInstallation(string Program, MailVersion Version, string Directory, string Queue, bool IsHere)
{
    /// <summary>Whether Postfix has been started, or checked, before: only then are its directories there.</summary>
    internal bool HasQueue => System.IO.Directory.Exists(Queue + "/private");

    /// <summary>The command after which Postfix has the new configuration.</summary>
    internal string Obey(CancellationToken ct) => IsRunning(ct) ? Command("reload") : Start;

    /// <summary>Whether mail is taken.</summary>
    internal bool IsRunning(CancellationToken ct)
    {
        // In the directory of postconf, as Postfix installs it.
        var program = Path.Combine(Path.GetDirectoryName(Program) ?? "/", "postfix");
        return File.Exists(program) && ChildProgram.Ask(program, ["-c", Directory, "status"], "", ct).Status == 0;
    }

    /// <summary>The command that starts it.</summary>
    internal string Start => Daemon.Start(IsSystems, "postfix", Command("start"));

    /// <summary>postconf(1) as it is typed for this Postfix.</summary>
    internal string Postconf => IsSystems ? "postconf" : $"postconf -c {FileName.Quote(Directory)}";

    private bool IsSystems => Directory == "/etc/postfix";

    /// <summary>A command of postfix(1).</summary>
    internal string Command(string verb) => IsSystems ? $"postfix {verb}" : $"postfix -c {FileName.Quote(Directory)} {verb}";

    /// <summary>Asks postconf; what it cannot say is as distributions have it.</summary>
    /// <exception cref="VmmException">51, 55, 67 it cannot be asked and no version is given; 91 a version that is not supported.</exception>
    internal static PostfixInstallation Ask(Settings settings, MailConfigurationRequest wish, CancellationToken ct)
    {
        var program = settings.Value(SettingOptions.BinPostconf);
        var isHere = File.Exists(program);
        var version = MailVersion.OfPostfix(wish.PostfixVersion
            ?? (isHere ? ChildProgram.Run(program, ["-d", "-h", "mail_version"], ct) : throw NoProgram("Postfix", program, "postfix")));
        var directory = wish.PostfixDirectory ?? (isHere ? UsualDirectory(program, ct) : "/etc/postfix");
        isHere = isHere && File.Exists(directory + "/main.cf");
        var queue = isHere ? ChildProgram.Run(program, ["-c", directory, "-x", "-h", "queue_directory"], ct).Trim() : "/var/spool/postfix";
        return new PostfixInstallation(program, version, directory, queue, isHere);
    }

    /// <summary>What parameters are in force, by their names; empty where one is not known, or Postfix is not here.</summary>
    /// <param name="names">Of the parameters.</param>
    /// <param name="directory">Another directory with main.cf; null for the one of this Postfix.</param>
    /// <param name="ct">Cancels it.</param>
    internal IReadOnlyDictionary<string, string> Parameters(IEnumerable<string> names, string? directory, CancellationToken ct)
    {
        List<string> asked = [.. names];
        var values = asked.ToDictionary(n => n, _ => "");
        if (IsHere)
        {
            foreach (var line in ChildProgram.Run(Program, ["-c", directory ?? Directory, .. asked], ct).Split('\n'))
            {
                if (line.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value])
                {
                    values[name] = value;
                }
            }
        }

        return values;
    }

    /// <summary>The fields of a service of master.cf; null where there is none.</summary>
    internal string[]? Service(string name, CancellationToken ct)
    {
        var line = IsHere ? ChildProgram.Run(Program, ["-c", Directory, "-M", name], ct) : "";
        return line.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } fields ? fields : null;
    }

    /// <summary>The options of a service of master.cf by their names.</summary>
    internal IReadOnlyDictionary<string, string> Options(string name, CancellationToken ct)
    {
        var lines = IsHere ? ChildProgram.Run(Program, ["-c", Directory, "-P", name], ct) : "";
        return lines.Split('\n').Select(l => l.Split('=', 2, StringSplitOptions.TrimEntries)).Where(p => p.Length == 2)
            .GroupBy(p => p[0][(name.Length + 1)..]).ToDictionary(g => g.Key, g => g.Last()[1]);
    }

    /// <summary>postconf fails where there is no main.cf.</summary>
    private static string UsualDirectory(string program, CancellationToken ct) =>
        ChildProgram.Ask(program, ["-h", "config_directory"], ct) is { Status: 0 } answer ? answer.Output.Trim() : "/etc/postfix";

    internal static VmmException NoProgram(string name, string path, string word) => new(
        ErrorCode.NoSuchBinary,
        $"the program '{path}' does not exist, so the version of {name} is not known",
        $"Give --{word}-version for another machine, or name only the program that is wanted: vmm mailconfig {(word == "postfix" ? "dovecot" : "postfix")}.");
}
