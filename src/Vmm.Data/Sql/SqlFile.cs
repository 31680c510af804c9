namespace Vmm.Data.Sql;

/// <summary>
/// The files of sql/, which are part of the program. psql includes one in another by <c>\ir</c>; here the included file takes the
/// place
/// of that line.
/// </summary>
internal static class SqlFile
{
    /// <summary>The lines of sql/<paramref name="name"/>.pgsql with those of the files that it includes.</summary>
    internal static IEnumerable<string> Lines(string name)
    {
        const string Include = @"\ir ";
        using var stream = typeof(SqlFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"no sql/{name}.pgsql");
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').SelectMany(line =>
            line.StartsWith(Include, StringComparison.Ordinal)
                ? Lines(Path.GetFileNameWithoutExtension(line[Include.Length..]))
                : [line])];
    }
}
