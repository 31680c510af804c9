using Vmm.Data.Failures;

namespace Vmm.Cli.Interaction;

/// <summary>
/// Standard output: if it accepts no more (disk full), the command fails with 83, once; later output is dropped.
/// </summary>
internal sealed class ResultStream(Stream output) : WriteOnlyStream
{
    private bool failed;

    /// <exception cref="VmmException">83.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (failed)
        {
            return;
        }

        try
        {
            output.Write(buffer);
        }
#pragma warning disable CA1031 // the BCL turns errno into exceptions of many types here; all mean the same
        catch (Exception e)
#pragma warning restore CA1031
        {
            failed = true;
            throw new VmmException(
                ErrorCode.OutputFailed,
                $"cannot write to standard output: {(e.InnerException ?? e).Message.TrimEnd('.').ToLowerInvariant()}",
                "A change that was asked for is made; only its result is not shown.",
                e);
        }
    }
}

/// <summary>Standard error: what it does not take is lost, since there is nowhere else to say it.</summary>
internal sealed class MessageStream(Stream output) : WriteOnlyStream
{
    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            output.Write(buffer);
        }
#pragma warning disable CA1031 // see the class: no failure may end the command
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}

/// <summary>The parts of a stream that a writer never uses.</summary>
internal abstract class WriteOnlyStream : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Nothing is held back here.</summary>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
