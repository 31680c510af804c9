using System.Text.Json.Serialization;
using Vmm.Cli.Output;
using Vmm.Core.Administration;
using Vmm.Data.Rows;

namespace Vmm.Cli.Commands;

/// <summary>The JSON of the commands in this room.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(ServiceSetConverter)])]
[JsonSerializable(typeof(AnyDomainInfo))]
[JsonSerializable(typeof(AddedDomain))]
[JsonSerializable(typeof(DeletedDomain))]
[JsonSerializable(typeof(DomainListItem))]
[JsonSerializable(typeof(AddressInfo))]
[JsonSerializable(typeof(AccountByUid))]
[JsonSerializable(typeof(AddedAccount))]
[JsonSerializable(typeof(DeletedAccount))]
[JsonSerializable(typeof(ChangedPassword))]
[JsonSerializable(typeof(ChangedAccount))]
[JsonSerializable(typeof(ChangedDomain))]
[JsonSerializable(typeof(AliasDomainInfo))]
[JsonSerializable(typeof(DeletedAliasDomain))]
[JsonSerializable(typeof(CatchAllInfo))]
[JsonSerializable(typeof(AddedCatchAll))]
[JsonSerializable(typeof(DeletedCatchAll))]
[JsonSerializable(typeof(PasswordSchemes))]
[JsonSerializable(typeof(PasswordCount))]
[JsonSerializable(typeof(AccountScheme))]
[JsonSerializable(typeof(AddressListItem))]
[JsonSerializable(typeof(AccountUsage))]
[JsonSerializable(typeof(AddedAlias))]
[JsonSerializable(typeof(DeletedAlias))]
[JsonSerializable(typeof(AddedSenderGrants))]
[JsonSerializable(typeof(DeletedSenderGrants))]
[JsonSerializable(typeof(SenderInfo))]
[JsonSerializable(typeof(RelocatedInfo))]
[JsonSerializable(typeof(DeletedRelocated))]
[JsonSerializable(typeof(RenamedDomain))]
[JsonSerializable(typeof(RenamedAccount))]
[JsonSerializable(typeof(RenamedAlias))]
[JsonSerializable(typeof(SuspendedAccount))]
[JsonSerializable(typeof(SuspendedDomain))]
[JsonSerializable(typeof(ResumedAccount))]
[JsonSerializable(typeof(ResumedDomain))]
[JsonSerializable(typeof(JournalChange))]
[JsonSerializable(typeof(JournalDetails))]
[JsonSerializable(typeof(Undone))]
[JsonSerializable(typeof(TrashInfo))]
[JsonSerializable(typeof(TrashDetails))]
[JsonSerializable(typeof(PurgedTrash))]
[JsonSerializable(typeof(VersionInfo))]
internal sealed partial class CommandJson : JsonSerializerContext;
