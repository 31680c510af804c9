namespace Vmm.Core.Checks;

/// <summary>
/// Every sentence that <c>check</c> prints, one factory for each finding: the message is lower case without a final stop, and the
/// remedy is a command wherever the administrator need not make a decision. The parts are by subject.
/// </summary>
internal static partial class Findings
{
    /// <summary>With the usual severity of its code, unless another one is given.</summary>
    private static Finding Make(FindingCode code, string subject, string message, string remedy, Severity? severity = null) =>
        new(code, severity ?? code.Severities()[0], subject, message, remedy);
}
