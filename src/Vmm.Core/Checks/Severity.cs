using System.Text.Json.Serialization;
using Vmm.Data.Values;

namespace Vmm.Core.Checks;

/// <summary>How bad a finding is.</summary>
[JsonConverter(typeof(EnumWordConverter<Severity>))]
public enum Severity
{
    /// <summary>It will become an error.</summary>
    Warning,

    /// <summary>Mail is lost or rejected, someone cannot log in, or someone has access they should not have.</summary>
    Error,
}
