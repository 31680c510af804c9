using System.Globalization;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Values;

namespace Vmm.Core.Upgrade;

/// <summary>A dump of the database before its layout is changed: plain SQL by pg_dump, readable only by root.</summary>
public static class DumpFile
{
    private const string Program = "pg_dump";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly string[] Places = ["/usr/local/bin", "/usr/bin"];

    /// <summary>The variables that vmm's own connection uses too, because vmm.toml has no options for the files of TLS.</summary>
    private static readonly string[] Kept = ["PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY"];

    /// <summary>Path of pg_dump, or null where it is not installed.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Concat(Places)
        .Where(Path.IsPathRooted)
        .Select(d => Path.Combine(d, Program))
        .FirstOrDefault(File.Exists);

    /// <summary>The default path of the dump.</summary>
    public static string DefaultPath(DatabaseOptions database, DateTime now) =>
        $"/var/backups/vmm-{database.Name.Replace('/', '_')}-{now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.sql";

    /// <summary>Writes the dump, and syncs it to disk.</summary>
    /// <exception cref="VmmException">67 pg_dump failed, 81 the file cannot be created or written, or exists already.</exception>
    public static void Write(string program, DatabaseOptions database, string path, CancellationToken ct)
    {
        using var file = Create(path);
        try
        {
            // pg_dump does not open the file: it prints, and vmm writes into a file that only root could ever read.
            FileWriting.Do(() =>
            {
                ChildProgram.Copy(program, ["--no-password"], file, inherited => Connect(inherited, database), ct);
                file.Flush(flushToDisk: true);
            });
        }
        catch (IOException e)
        {
            File.Delete(path);
            throw new VmmException(
                ErrorCode.FileSystem,
                $"cannot write the dump '{path}': {Posix.Reason(e)}",
                "Nothing was changed. Pass --dump FILE to write it elsewhere, or --no-dump.",
                e);
        }
        catch (VmmException e) when (e.Code == ErrorCode.VmmError)
        {
            File.Delete(path);
            throw new VmmException(
                e.Code,
                e.Message,
                "Nothing was changed. If the role may not read a table of another program, let a superuser make the dump, then "
                + "pass --no-dump.",
                e);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>
    /// Sets libpq's variables to the database of the configuration. Of the caller's variables only those for certificate files
    /// stay. The password is in the environment of pg_dump, which only root and the user who runs vmm can read, as they can read
    /// vmm.toml. Unlike a password file, it leaves nothing behind when both programs are killed.
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
        // A path below a file cannot exist. For an existing name that is no plain file, libpq would print a warning.
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
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                BufferSize = 0,
                UnixCreateMode = Private,
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VmmException(
                ErrorCode.FileSystem,
                $"cannot write the dump '{path}': "
                + (File.Exists(path) ? "the file exists already"
                    : e is DirectoryNotFoundException or UnauthorizedAccessException
                    ? "no such directory, or no permission to write there"
                    : Posix.Reason(e)),
                "Nothing was changed. Pass --dump FILE to write it elsewhere, or --no-dump.",
                e);
        }
    }
}
