using System.CommandLine;
using System.Text.Json;
using Vmm.Cli.CommandLine;
using Vmm.Cli.Output;
using Vmm.Core;

namespace Vmm.Cli.Running;

/// <content>A list that goes on.</content>
internal sealed partial class App
{
    /// <summary>How many items stand at the beginning.</summary>
    private const int Last = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The last items, then each new one until the user interrupts: a line each, or a JSON object a line.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="ask">Reads it.</param>
    /// <param name="place">What the session sees.</param>
    /// <param name="list">The items, the latest first.</param>
    /// <param name="news">Those since a place, and the place from which to go on.</param>
    /// <param name="shape">How they look.</param>
    internal int Follow<TRequest, T>(
        ParseResult parse,
        Func<Asking, TRequest> ask,
        Func<Session, string> place,
        Func<Session, TRequest, IEnumerable<T>> list,
        Func<Session, TRequest, string, (IReadOnlyList<T> Items, string Place)> news,
        ListShape<T> shape) => Run(() =>
    {
        var asking = Start(parse);
        var request = ask(asking);
        var (items, seen) = Session.Read<(IReadOnlyList<T>, string)>(
            asking.Settings, s => ([.. list(s, request).Take(Last).Reverse()], place(s)), interruption.Token);
        while (true)
        {
            foreach (var item in items)
            {
                terminal.Print(parse.GetValue(Arguments.Json)
                    ? JsonSerializer.Serialize(item, shape.Json()) + "\n"
                    : TextBlock.Row(shape.Line(item)));
            }

            terminal.Out.Flush();
            if (interruption.Token.WaitHandle.WaitOne(Pause))
            {
                return 0;
            }

            (items, seen) = Session.Read(asking.Settings, s => news(s, request, seen), interruption.Token);
        }
    });
}
