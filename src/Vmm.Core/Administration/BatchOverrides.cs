using Vmm.Data.Sql;
using Vmm.Data.Values;





namespace Vmm.Core.Administration;

/// <summary>Numbers of the limits and services that new accounts have of their own; each of them is looked up once.</summary>
internal sealed class BatchOverrides
{
    private readonly Dictionary<Quota, long> quotas = [];
    private readonly Dictionary<ServiceSet, long> services = [];

    private BatchOverrides()
    {
    }

    /// <summary>Looks up what the accounts ask for.</summary>
    internal static BatchOverrides Read(Session s, IReadOnlyList<NewAccount> accounts)
    {
        var choices = new BatchOverrides();
        foreach (var quota in accounts.Select(a => a.Quota).OfType<Quota>().Distinct())
        {
            choices.quotas[quota] = ChoiceTables.Quota(s.Tx, quota);
        }

        foreach (var set in accounts.Select(a => a.Services).OfType<ServiceSet>().Distinct())
        {
            choices.services[set] = ChoiceTables.Services(s.Tx, set);
        }

        return choices;
    }

    /// <summary>Null where the domain's holds.</summary>
    internal long? Quota(NewAccount account) => account.Quota is { } quota ? quotas[quota] : null;

    /// <summary>Null where the domain's hold.</summary>
    internal long? Services(NewAccount account) => account.Services is { } set ? services[set] : null;
}
