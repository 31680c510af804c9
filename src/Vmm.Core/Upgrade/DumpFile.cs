using System.Globalization;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Core.Upgrade;

/// <summary>A dump of the database beside it, before its layout is changed: plain SQL by pg_dump, for root's eyes only.</summary>
public static class DumpFile
{
    private const string Program = "pg_dump";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly string[] Places = ["/usr/local/bin", "/usr/bin"];

    /// <summary>What vmm's own connection takes from its environment too: vmm.toml has no words for the files of TLS.</summary>
    private static readonly string[] Kept = ["PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY"];

    /// <summary>The program, or null where there is none.</summary>
    public static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(Places).Where(Path.IsPathRooted).Select(d => Path.Combine(d, Program)).FirstOrDefault(File.Exists);

    /// <summary>Where it goes when nobody says.</summary>
    public static string DefaultPath(DatabaseOptions database, DateTime now) =>
        $"/var/backups/vmm-{database.Name.Replace('/', '_')}-{now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.sql";

    /// <summary>Writes it, and syncs it to the disk.</summary>
    /// <exception cref="VmmException">67 pg_dump failed, 81 the file cannot be made or written, or is there already.</exception>
    public static void Write(string program, DatabaseOptions database, string path, CancellationToken ct)
    {
        using var file = Create(path);
        try
        {
            // pg_dump prints into the file that only root can read from its first moment; it opens none itself.
            ChildProgram.Copy(program, ["--no-password"], file, inherited => Connect(inherited, database), ct);
            file.Flush(flushToDisk: true);
        }
        catch (IOException e)
        {
            File.Delete(path);
            throw new VmmException(ErrorCode.FileSystem, $"cannot write the dump '{path}': the disk is full, or failed", "Nothing was changed. Pass --dump FILE for another place, or --no-dump.", e);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>
    /// For libpq: the database of the configuration, whatever the caller has set but the files of certificates. The password is in the environment of pg_dump, which root and the
    /// user who runs vmm can read as they can vmm.toml; unlike a file of passwords, nothing of it is left when both are killed.
    /// </summary>
    private static void Connect(IDictionary<string, string?> environment, DatabaseOptions database)
    {
        foreach (var name in environment.Keys.Where(n => n.StartsWith("PG", StringComparison.Ordinal)).Except(Kept).ToList())
        {
            environment.Remove(name);
        }

        environment["PGHOST"] = database.Host;
        environment["PGPORT"] = database.Port.ToString(CultureInfo.InvariantCulture);
        environment["PGDATABASE"] = database.Name;
        environment["PGUSER"] = database.User;
        environment["PGSSLMODE"] = database.SslMode == "disabled" ? "disable" : database.SslMode;
        // Below a file nothing can be; libpq warns about a name that is there and no plain file.
        environment["PGPASSFILE"] = "/dev/null/none";
        if (database.Password.Length > 0)
        {
            environment["PGPASSWORD"] = database.Password;
        }
    }

    private static FileStream Create(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, UnixCreateMode = Private });
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
