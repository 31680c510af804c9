using Vmm.Data.Failures;

namespace Vmm.Data.Values;

/// <summary>When something ends, as people type it.</summary>
/// <param name="At">From then on it is over, UTC, in whole seconds; null for never.</param>
public sealed record Expiry(DateTime? At)
{
    /// <summary>The word for what does not end.</summary>
    public const string Never = "never";

    /// <summary>Reads a date or a time as <see cref="Moment.Parse"/> does, how long from now, or never.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="now">The present, UTC.</param>
    /// <exception cref="VmmException">2 it is none of these; 44 it is over.</exception>
    public static Expiry Parse(string text, DateTime now)
    {
        if (text.Trim() == Never)
        {
            return new Expiry((DateTime?)null);
        }

        var span = Moment.Duration(text);
        var at = (span < DateTime.MaxValue - now ? now + span : Moment.Date(text)) ?? throw new VmmException(
            ErrorCode.Usage,
            $"'{text}' is not a point in time",
            "It is a date or a time such as '2026-01-31' or '2026-01-31 18:00', how long from now: '12h', '30d'; or 'never'.");
        return at > now
            ? new Expiry(at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond)))
            : throw Errors.InvalidArgument($"'{text}' is in the past", "Give a time that is still to come, such as '30d'.");
    }
}
