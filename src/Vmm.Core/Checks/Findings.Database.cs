using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Checks;

/// <content>The schema, its roles and its privileges.</content>
internal static partial class Findings
{
    /// <summary>Says what the refusal says.</summary>
    internal static Finding SchemaVersion(DatabaseOptions database, VmmException refusal) =>
        Make(FindingCode.SchemaVersion, database.Name, refusal.Message, refusal.Hint ?? "vmm upgrade");

    internal static Finding MissingRole(string role) => Make(
        FindingCode.MissingRole,
        role,
        $"the role '{role}' for the lookups of {(role == "dovecot" ? "Dovecot" : "Postfix")} does not exist",
        $"runuser -u postgres -- createuser --pwprompt {role}, then grant what 'vmm check' names");

    /// <summary><paramref name="role"/> is public where every role can read them.</summary>
    internal static Finding PasswordReader(DatabaseOptions database, string role) => role == "public"
        ? Make(
            FindingCode.PasswordReader,
            role,
            "every role can read the password hashes",
            PsqlCommand.Of(database, SchemaShapeSql.HideFromEverybody))
        : Make(
            FindingCode.PasswordReader,
            role,
            $"the role '{role}' can read the password hashes",
            PsqlCommand.Of(database, SchemaShapeSql.HideFromPostfix));

    internal static Finding WrongAddress(DatabaseOptions database, string address) => Make(
        FindingCode.WrongAddress,
        address,
        "lookups get a different answer for it than the tables give: a trigger was disabled, or rows were loaded without it",
        PsqlCommand.Of(database, SchemaShapeSql.RebuildAddresses));

    internal static Finding SequenceBehind(DatabaseOptions database, BehindSequence sequence) => Make(
        FindingCode.SequenceBehind,
        sequence.Name,
        $"it gives out {sequence.Next} next, and {sequence.Highest} is in use: adding fails at each number that is",
        PsqlCommand.Of(database, SequenceSql.Set(sequence)));

    internal static Finding MissingTable(string table) =>
        Make(FindingCode.MissingObject, table, $"'{table}' is not there", FromFile(table));

    internal static Finding MissingObject(DatabaseOptions database, SchemaPart part) => Make(
        FindingCode.MissingObject,
        part.Name,
        $"the {part.Kind} '{part.Name}' is not there",
        SchemaRemedies.Make(part) is { } sql ? PsqlCommand.Of(database, sql) : FromFile(part.Name));

    /// <summary><paramref name="definition"/> is what it is now.</summary>
    internal static Finding ChangedObject(DatabaseOptions database, SchemaPart part, string definition) => Make(
        FindingCode.ChangedObject,
        part.Name,
        $"the {part.Kind} '{part.Name}' was altered or disabled",
        SchemaRemedies.Mend(part, definition) is { } sql ? PsqlCommand.Of(database, sql)
            : part.Kind == "column" ? $"restore its definition: {part.Definition}"
            : FromFile(part.Name));

    internal static Finding MissingRight(DatabaseOptions database, NeededRight right) => Make(
        FindingCode.MissingRight,
        $"{right.Role}: {right.On}",
        $"the role '{right.Role}' lacks the privilege {right.Right} on {right.On}, which its lookups need",
        PsqlCommand.Of(database, SchemaRemedies.Grant(right)));

    internal static Finding SearchPath(DatabaseOptions database, string schema, HiddenLookups hidden) => Make(
        FindingCode.SearchPath,
        hidden.Role,
        $"the role '{hidden.Role}' does not find the functions in the schema '{schema}', because its search_path is {hidden.Path}",
        PsqlCommand.AsSuperuser(database, hidden.Remedy));

    internal static Finding CollationVersion(DatabaseOptions database, ChangedCollation changed) => Make(
        FindingCode.CollationVersion,
        changed.Name,
        $"indexes were sorted by version {changed.Recorded} of this collation, and the system has version {changed.Actual}:"
        + " lookups may miss rows",
        PsqlCommand.AsSuperuser(database, changed.Remedy));

    private static string FromFile(string name) =>
        $"run the statement in sql/create_tables.pgsql that creates {name}; if it exists, as CREATE OR REPLACE";
}
