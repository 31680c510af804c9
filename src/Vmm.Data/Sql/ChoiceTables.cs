using Npgsql;
using Vmm.Data.Values;

namespace Vmm.Data.Sql;

/// <summary>
/// The small tables that rows refer to by number (quotalimit, service_set, transport, maillocation): a row is found, or added in
/// the same transaction.
/// </summary>
internal static class ChoiceTables
{
    internal const string FindQuota = "SELECT qid FROM quotalimit WHERE bytes = $1 AND messages = $2";

    internal const string AddQuota = "INSERT INTO quotalimit (bytes, messages) VALUES ($1, $2) ON CONFLICT DO NOTHING";

    internal const string FindServices =
        "SELECT ssid FROM service_set WHERE smtp = $1 AND pop3 = $2 AND imap = $3 AND sieve = $4";

    internal const string FindTransport = "SELECT tid FROM transport WHERE transport = $1";

    internal const string AddTransport = "INSERT INTO transport (transport) VALUES ($1) ON CONFLICT DO NOTHING";

    /// <summary>In vmm 0.7 the table has no unique constraint, so the first of equal rows is taken.</summary>
    internal const string FindMailLocation = """
        SELECT mid FROM maillocation
         WHERE fid = (SELECT fid FROM mailboxformat WHERE format = $1) AND directory = $2
         ORDER BY mid LIMIT 1
        """;

    internal const string AddMailLocation = """
        INSERT INTO maillocation (fid, directory) SELECT fid, $2 FROM mailboxformat WHERE format = $1
        """;

    internal static long Quota(Transaction tx, Quota quota) =>
        FindOrAdd(tx, FindQuota, AddQuota, () => [Parameter.Long(quota.Bytes), Parameter.Int(quota.Messages)]);

    internal static long Transport(Transaction tx, Transport transport) =>
        FindOrAdd(tx, FindTransport, AddTransport, () => [Parameter.Text(transport.Text)]);

    internal static long MailLocation(Transaction tx, MailLocation location) => FindOrAdd(
        tx,
        FindMailLocation,
        AddMailLocation,
        () => [Parameter.Text(location.Format), Parameter.Text(location.Directory)]);

    /// <summary>The number of a set. The schema is created with all sixteen sets.</summary>
    internal static long Services(Transaction tx, ServiceSet services) => tx.Scalar<long>(
        FindServices,
        Parameter.Bool(services.HasFlag(ServiceSet.Smtp)),
        Parameter.Bool(services.HasFlag(ServiceSet.Pop3)),
        Parameter.Bool(services.HasFlag(ServiceSet.Imap)),
        Parameter.Bool(services.HasFlag(ServiceSet.Sieve)));

    /// <summary>The four columns smtp, pop3, imap, sieve, in this order.</summary>
    internal static ServiceSet Services(NpgsqlDataReader r, int first) =>
        (r.GetBoolean(first) ? ServiceSet.Smtp : 0)
        | (r.GetBoolean(first + 1) ? ServiceSet.Pop3 : 0)
        | (r.GetBoolean(first + 2) ? ServiceSet.Imap : 0)
        | (r.GetBoolean(first + 3) ? ServiceSet.Sieve : 0);

    private static long FindOrAdd(Transaction tx, string find, string add, Func<NpgsqlParameter[]> key)
    {
        var id = tx.Scalar<long>(find, key());
        if (id == 0)
        {
            tx.Execute(add, key());
            id = tx.Scalar<long>(find, key());
        }

        return id;
    }
}
