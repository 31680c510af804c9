using Vmm.Core.Administration;
using Vmm.Core.Configuration;
using Vmm.Core.Unix;
using Vmm.Data.Sql;
using Vmm.Data.Values;





namespace Vmm.Core.Checks;

/// <summary>Compares tables, constraints, triggers, functions, views and grants with those of sql/create_tables.pgsql. All it makes for that is rolled back.</summary>
internal static class SchemaCheck
{
    /// <summary>A table, column, constraint, index, trigger, sequence, view or function that is not there.</summary>
    internal const string Missing = "missing-object";

    /// <summary>One that is another than it was made.</summary>
    internal const string Changed = "changed-object";

    /// <summary>A right that look-ups need.</summary>
    internal const string Right = "missing-right";

    /// <summary>A role that look-ups are made as.</summary>
    internal const string Role = "missing-role";

    /// <summary>Somebody who can read the password hashes, and need not.</summary>
    internal const string Readers = "password-reader";

    /// <summary>An address about which vmm_address tells something else than the tables that it is kept from.</summary>
    internal const string Addresses = "wrong-address";

    /// <summary>Whether look-ups may fail for it.</summary>
    internal static bool Silences(Finding finding) => finding.Code is Missing or Changed or Right or Role;

    internal static IReadOnlyList<Finding> Run(Settings settings, CancellationToken ct) => Session.Rebuild(settings, keep: false, Look, ct);

    private static IReadOnlyList<Finding> Look(Session s)
    {
        var database = s.Settings.Database;
        var findings = new List<Finding>();
        foreach (var role in s.Tx.List(SchemaShapeSql.MissingRoles, r => r.GetString(0)))
        {
            findings.Add(new Finding(Role, Finding.Warning, role, $"there is no role '{role}' for the look-ups of {(role == "dovecot" ? "Dovecot" : "Postfix")}", $"runuser -u postgres -- createuser --pwprompt {role}, then grant what 'vmm check' names"));
        }

        foreach (var role in s.Tx.List(SchemaShapeSql.PasswordReaders, r => r.GetString(0)))
        {
            findings.Add(new Finding(Readers, Finding.Error, role, $"{(role == "public" ? "every role" : $"the role '{role}'")} can read the password hashes", Psql(database, role == "public" ? SchemaShapeSql.HideFromEverybody : SchemaShapeSql.HideFromPostfix)));
        }

        foreach (var address in s.Tx.List(SchemaShapeSql.WrongAddresses, r => r.GetString(0)))
        {
            findings.Add(new Finding(Addresses, Finding.Error, address, "look-ups are told something else of it than the tables say: a trigger was switched off, or rows were loaded past it", Psql(database, SchemaShapeSql.RebuildAddresses)));
        }

        var place = s.Tx.Scalar<string>(SchemaShapeSql.Place) ?? "public";
        s.Tx.Script(SchemaShapeSql.Begin);
        s.Tx.Script(SchemaShapeSql.Script());
        s.Tx.Scalar<string>(SchemaShapeSql.Hide);
        findings.AddRange(Compare(SchemaShapeSql.Parts(s.Tx, SchemaShapeSql.Model), SchemaShapeSql.Parts(s.Tx, place), database));
        findings.AddRange(SchemaShapeSql.MissingRights(s.Tx, place).Select(r => new Finding(
            Right, Finding.Error, $"{r.Role}: {r.On}", $"the role '{r.Role}' has no right {r.Right} on {r.On}, which its look-ups need", Psql(database, SchemaRemedies.Grant(r)))));
        return findings;
    }

    private static IEnumerable<Finding> Compare(List<SchemaPart> model, List<SchemaPart> real, DatabaseOptions database)
    {
        var found = real.ToDictionary(p => (p.Kind, p.Name), p => p.Definition);
        var tables = real.Where(p => p.Kind == "column").Select(p => SchemaRemedies.Table(p.Name)).ToHashSet();
        var lost = model.Where(p => p.Kind == "column").Select(p => SchemaRemedies.Table(p.Name)).Distinct().Where(t => !tables.Contains(t)).ToHashSet();
        foreach (var table in lost)
        {
            yield return new Finding(Missing, Finding.Error, table, $"'{table}' is not there", FromFile(table));
        }

        foreach (var part in model.Where(p => !lost.Contains(SchemaRemedies.Table(p.Name))))
        {
            if (!found.TryGetValue((part.Kind, part.Name), out var definition))
            {
                yield return new Finding(Missing, Finding.Error, part.Name, $"the {part.Kind} '{part.Name}' is not there", SchemaRemedies.Make(part) is { } sql ? Psql(database, sql) : FromFile(part.Name));
            }
            else if (definition != part.Definition)
            {
                yield return new Finding(Changed, Finding.Error, part.Name, $"the {part.Kind} '{part.Name}' is not as vmm made it", SchemaRemedies.Mend(part, definition) is { } sql ? Psql(database, sql) : part.Kind == "column" ? $"give it back what it had: {part.Definition}" : FromFile(part.Name));
            }
        }
    }

    private static string FromFile(string name) => $"run the statement of sql/create_tables.pgsql or sql/objects.pgsql that makes {name} again, as CREATE OR REPLACE where it is there";

    private static string Psql(DatabaseOptions database, string sql) =>
        $"psql -h {FileName.Quote(database.Host)} -p {database.Port} -U {FileName.Quote(database.User)} -d {FileName.Quote(database.Name)} -1 -c {FileName.Quote(sql)}";
}
