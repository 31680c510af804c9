using System.Globalization;

namespace Vmm;

/// <summary>A dump of the database beside it, before its layout is changed: plain SQL by pg_dump, for root's eyes only.</summary>
public static class DumpFile
{
    private const string Program = "pg_dump";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly string[] Places = ["/usr/local/bin", "/usr/bin"];

    /// <summary>The program, or null where there is none.</summary>
    public static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(Places).Where(Path.IsPathRooted).Select(d => Path.Combine(d, Program)).FirstOrDefault(File.Exists);

    /// <summary>Where it goes when nobody says.</summary>
    public static string DefaultPath(DatabaseOptions database, DateTime now) =>
        $"/var/backups/vmm-{database.Name.Replace('/', '_')}-{now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.sql";

    /// <summary>Writes it.</summary>
    /// <exception cref="VmmException">67 pg_dump failed, 81 the file cannot be made, or is there already.</exception>
    public static async Task WriteAsync(string program, DatabaseOptions database, string path, CancellationToken ct)
    {
        Create(path, "");
        var passwords = database.Password.Length == 0 ? null : path + ".pgpass";
        try
        {
            if (passwords is not null)
            {
                Create(passwords, $"*:*:*:*:{database.Password.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal)}\n");
            }

            await ChildProgram.RunAsync(program, ["--no-password", "--file", path], ct, Variables(database, passwords));
        }
        catch
        {
            File.Delete(path);
            throw;
        }
        finally
        {
            if (passwords is not null)
            {
                File.Delete(passwords);
            }
        }
    }

    /// <summary>Of libpq; the password is in a file, where nobody else can see it.</summary>
    private static Dictionary<string, string> Variables(DatabaseOptions database, string? passwords) => new()
    {
        ["PGHOST"] = database.Host,
        ["PGPORT"] = database.Port.ToString(CultureInfo.InvariantCulture),
        ["PGDATABASE"] = database.Name,
        ["PGUSER"] = database.User,
        ["PGSSLMODE"] = database.SslMode == "disabled" ? "disable" : database.SslMode,
        ["PGPASSFILE"] = passwords ?? "/dev/null",
    };

    private static void Create(string path, string text)
    {
        try
        {
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private });
            using var writer = new StreamWriter(file);
            writer.Write(text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VmmException(
                ErrorCode.FileSystem,
                $"cannot make the dump '{path}': {(File.Exists(path) ? "it is there already" : "no such directory, or no right to write there")}",
                "Nothing was changed. Pass --dump FILE for another place, or --no-dump.",
                e);
        }
    }
}
