namespace Vmm.Tests.Model;

/// <summary>The model does not do it.</summary>
internal sealed class Refusal(ErrorCode code) : Exception
{
    public ErrorCode Code { get; } = code;
}
