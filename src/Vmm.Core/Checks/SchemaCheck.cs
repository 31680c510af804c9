using Vmm.Core.Configuration;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Checks;

/// <summary>
/// Compares tables, constraints, triggers, functions, views and grants with those of sql/create_tables.pgsql. All it makes for that
/// is rolled back.
/// </summary>
internal static class SchemaCheck
{
    /// <summary>Whether lookups may fail because of it.</summary>
    internal static bool Silences(Finding finding) => finding.Code
        is FindingCode.MissingObject or FindingCode.ChangedObject or FindingCode.MissingRight or FindingCode.MissingRole
        or FindingCode.SearchPath;

    internal static IReadOnlyList<Finding> Run(Settings settings, CancellationToken ct) =>
        Session.Rebuild(settings, keep: false, Look, ct);

    private static IReadOnlyList<Finding> Look(Session s)
    {
        var database = s.Settings.Database;
        var findings = new List<Finding>();
        findings.AddRange(SchemaShapeSql.MissingRoles(s.Tx).Select(Findings.MissingRole));
        findings.AddRange(SchemaShapeSql.PasswordReaders(s.Tx).Select(role => Findings.PasswordReader(database, role)));
        findings.AddRange(SchemaShapeSql.WrongAddresses(s.Tx).Select(address => Findings.WrongAddress(database, address)));
        var schema = SchemaShapeSql.Place(s.Tx);
        findings.AddRange(CollationSql.Changed(s.Tx, schema).Select(changed => Findings.CollationVersion(database, changed)));
        SchemaShapeSql.MakeModel(s.Tx);
        var (model, real) = (SchemaShapeSql.Parts(s.Tx, SchemaShapeSql.Model), SchemaShapeSql.Parts(s.Tx, schema));
        findings.AddRange(Compare(model, real, database));
        findings.AddRange(SchemaShapeSql.MissingRights(s.Tx, schema).Select(right => Findings.MissingRight(database, right)));
        findings.AddRange(SearchPathSql.Hidden(s.Tx, schema).Select(hidden => Findings.SearchPath(database, schema, hidden)));
        return findings;
    }

    private static IEnumerable<Finding> Compare(List<SchemaPart> model, List<SchemaPart> real, DatabaseOptions database)
    {
        var found = real.ToDictionary(p => (p.Kind, p.Name), p => p.Definition);
        var lost = Tables(model).Except(Tables(real)).ToHashSet();
        foreach (var table in lost)
        {
            yield return Findings.MissingTable(table);
        }

        foreach (var part in model.Where(p => !lost.Contains(SchemaRemedies.Table(p.Name))))
        {
            if (!found.TryGetValue((part.Kind, part.Name), out var definition))
            {
                yield return Findings.MissingObject(database, part);
            }
            else if (definition != part.Definition)
            {
                yield return Findings.ChangedObject(database, part, definition);
            }
        }
    }

    private static IEnumerable<string> Tables(List<SchemaPart> parts) =>
        parts.Where(p => p.Kind == "column").Select(p => SchemaRemedies.Table(p.Name)).Distinct();
}
