using Vmm.Core.MailServers.Postfix;
using Vmm.Core.Unix;
using Vmm.Data.Failures;
using Vmm.Data.Rows;
using Vmm.Data.Sql;

namespace Vmm.Core.Checks;

/// <content>Postfix: main.cf, master.cf and the answers of its maps.</content>
internal static partial class Findings
{
    internal static Finding PostfixUnreadable(VmmException failure) =>
        Unreadable(FindingCode.PostfixUnreadable, "postfix", failure);

    internal static Finding PostfixParameter(
        string name, string present, string wanted, Severity severity, string postconf, string reload)
    {
        return Make(
            FindingCode.PostfixParameter,
            name,
            $"it is {Quoted(present)}, but should be {Quoted(wanted)}",
            $"{postconf} -e {FileName.Quote($"{name}={wanted}")} && {reload}",
            severity);

        static string Quoted(string value) => value.Length == 0 ? "empty" : $"'{value}'";
    }

    internal static Finding MissingService(string service, string install) =>
        Make(FindingCode.PostfixService, service, "master.cf does not have this service", install);

    internal static Finding MissingOption(string option, string value, Severity severity, string postconf, string reload) => Make(
        FindingCode.PostfixService,
        option,
        $"this option is not set, but should be '{value}'",
        $"{postconf} -P {FileName.Quote($"{option}={value}")} && {reload}",
        severity);

    /// <param name="name">The domain, or alias domain.</param>
    /// <param name="lists">The parameters that contain it.</param>
    /// <param name="reload">The command after the change.</param>
    internal static Finding DomainClass(NameOfDomain name, IReadOnlyList<string> lists, string reload) => Make(
        FindingCode.PostfixDomainClass,
        name.Name,
        $"it is in {string.Join(" and ", lists)} too: {DomainClasses.Consequence(lists)}",
        $"remove it from {string.Join(" and ", lists)} in main.cf, then {reload}") with
    { Domain = name.Domain };

    internal static Finding PostfixStopped(string start) =>
        Make(FindingCode.PostfixStopped, "postfix", "Postfix does not run: no mail is accepted or delivered", start);

    /// <param name="map">The first.</param>
    /// <param name="reason">Why it does not answer.</param>
    /// <param name="others">Number of other maps that do not.</param>
    /// <param name="remedy">The command that repairs the file of the map; null where that is not known to be at fault.</param>
    /// <param name="reload">The command after any change.</param>
    internal static Finding MapUnanswered(string map, string reason, int others, string? remedy, string reload) => Make(
        FindingCode.PostfixMapUnanswered,
        map,
        others == 0 ? reason : $"{reason}; the same with {Errors.Count(others, "other map")}",
        remedy ?? $"repair what it names, then {reload}");

    internal static Finding MapAnswer(string map, WrongAnswers wrong, string remedy) =>
        Make(FindingCode.PostfixMapAnswer, map, wrong.Message, remedy) with { Domain = wrong.Domain };

    internal static Finding TransportCharacters(ForeignTransport foreign)
    {
        var address = foreign.LocalPart is null ? null : $"{foreign.LocalPart}@{foreign.Domain}";
        var more = foreign.Accounts > 1 ? $"; {foreign.Accounts - 1} other accounts of the domain have it too" : "";
        var command = address is null ? $"vmm domaintransport {foreign.Domain}" : $"vmm usertransport {address}";
        return Make(
            FindingCode.TransportCharacters,
            address ?? foreign.Domain,
            $"its transport '{foreign.Text}' has characters that are not ASCII{more}",
            $"set it again in ASCII, a name with its A-labels (xn--): {command} TRANSPORT") with
        { Domain = foreign.Domain };
    }
}
