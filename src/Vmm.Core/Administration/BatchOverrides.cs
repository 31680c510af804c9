using Vmm.Data.Sql;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>
/// The ids of the quotas and services that override the domain's defaults in new accounts; each is looked up once.
/// </summary>
internal sealed class BatchOverrides
{
    private readonly Dictionary<Quota, long> quotas = [];
    private readonly Dictionary<ServiceSet, long> services = [];

    private BatchOverrides()
    {
    }

    /// <summary>Looks up the overrides of the accounts.</summary>
    internal static BatchOverrides Read(Session s, IReadOnlyList<NewAccount> accounts)
    {
        var choices = new BatchOverrides();
        // In order, so that two that add the same cannot wait for each other.
        foreach (
            var quota in accounts.Select(a => a.Quota).OfType<Quota>().Distinct().OrderBy(q => q.Bytes).ThenBy(q => q.Messages))
        {
            choices.quotas[quota] = ChoiceTables.Quota(s.Tx, quota);
        }

        foreach (var set in accounts.Select(a => a.Services).OfType<ServiceSet>().Distinct())
        {
            choices.services[set] = ChoiceTables.Services(s.Tx, set);
        }

        return choices;
    }

    /// <summary>Null where the domain's quota applies.</summary>
    internal long? Quota(NewAccount account) => account.Quota is { } quota ? quotas[quota] : null;

    /// <summary>Null where the domain's services apply.</summary>
    internal long? Services(NewAccount account) => account.Services is { } set ? services[set] : null;
}
