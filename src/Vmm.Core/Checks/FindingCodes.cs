using Vmm.Data.Values;

namespace Vmm.Core.Checks;

/// <summary>What is known of each finding code beside its meaning.</summary>
public static class FindingCodes
{
    private static readonly Severity[] OnlyError = [Severity.Error];
    private static readonly Severity[] OnlyWarning = [Severity.Warning];
    private static readonly Severity[] UsuallyError = [Severity.Error, Severity.Warning];
    private static readonly Severity[] UsuallyWarning = [Severity.Warning, Severity.Error];

    /// <summary>As it is printed: missing-mx.</summary>
    public static string Word(this FindingCode code) => EnumWords.Of(code);

    /// <summary>As it is printed: error or warning.</summary>
    public static string Word(this Severity severity) => EnumWords.Of(severity);

    /// <summary>How bad it can be, the usual first.</summary>
    public static IReadOnlyList<Severity> Severities(this FindingCode code) => code switch
    {
        FindingCode.MissingRole or FindingCode.UnreachableAddress => OnlyWarning,
        FindingCode.OrphanDirectory or FindingCode.WrongMode or FindingCode.WritableDirectories => OnlyWarning,
        FindingCode.StagingDirectory or FindingCode.RemovalDirectory or FindingCode.MountedDirectory => OnlyWarning,
        FindingCode.MissingSpf or FindingCode.MissingDmarc or FindingCode.MissingDkim or FindingCode.UnansweredDns => OnlyWarning,
        FindingCode.WeakPasswordScheme => UsuallyWarning,
        FindingCode.DanglingDestination or FindingCode.AccountWithDelimiter or FindingCode.ClosedDirectory => UsuallyError,
        FindingCode.PostfixParameter or FindingCode.PostfixService or FindingCode.PostfixMapFile => UsuallyError,
        FindingCode.DovecotSetting or FindingCode.DovecotFile => UsuallyError,
        FindingCode.MissingMx or FindingCode.UnreachableMx => UsuallyError,
        _ => OnlyError,
    };

    /// <summary>Whether <c>check --repair</c> repairs it without a question.</summary>
    public static bool CanRepair(this FindingCode code) =>
        code is FindingCode.WrongOwner or FindingCode.WrongMode
            or FindingCode.StagingDirectory or FindingCode.MisplacedHome or FindingCode.RemovalDirectory
            or FindingCode.UnfinishedTrash;
}
