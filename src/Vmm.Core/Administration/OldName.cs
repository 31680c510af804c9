using System.Text.Json.Serialization;
using Vmm.Data.Values;

namespace Vmm.Core.Administration;

/// <summary>What stays under the old name of something that is renamed.</summary>
[JsonConverter(typeof(EnumWordConverter<OldName>))]
public enum OldName
{
    /// <summary>An alias of the new address; or an alias domain.</summary>
    Alias,

    /// <summary>A relocated user: mail is rejected, and the reply names the new address.</summary>
    Relocated,

    /// <summary>Nothing.</summary>
    Nothing,
}

/// <summary>Numbers of destinations that lead to the new name now.</summary>
/// <param name="Aliases">Of aliases.</param>
/// <param name="CatchAlls">Of catch-alls.</param>
/// <param name="Relocated">Of relocated users.</param>
public sealed record FollowedDestinations(int Aliases, int CatchAlls, int Relocated)
{
    /// <summary>Number of sender grants that are for the new address now; left out if there were none.</summary>
    public int? SenderGrants { get; init; }
}
