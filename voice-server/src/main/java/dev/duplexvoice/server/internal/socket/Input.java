package dev.duplexvoice.server.internal.socket;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.function.LongSupplier;

/** The caller's audio on its way in. Thread-safe: a connection that is taken over and the one that takes over may both bring some. */
final class Input {
    /** What {@link DuplexSession#offerAudio} takes. */
    private static final int LONGEST_MILLIS = 1_280;

    private static final int SECONDS_AT_ONCE = 10;
    private static final int TIMES_REAL_TIME = 2;

    private final DuplexSession session;
    private final Counters counters;
    private final VoiceTelemetry telemetry;
    private final int longest;
    private final Allowance samples;
    private short[] chunk;
    private long sequence;
    private long refused;

    Input(DuplexSession session, Counters counters, VoiceTelemetry telemetry) {
        this(session, counters, telemetry, System::nanoTime);
    }

    Input(DuplexSession session, Counters counters, VoiceTelemetry telemetry, LongSupplier nanoTime) {
        this.session = session;
        this.counters = counters;
        this.telemetry = telemetry;
        int rate = session.options().input().sampleRate();
        this.longest = rate / 1_000 * LONGEST_MILLIS;
        this.samples = new Allowance((long) SECONDS_AT_ONCE * rate, (long) TIMES_REAL_TIME * rate, nanoTime);
        this.chunk = new short[rate / 50];
    }

    /** The number of the last frame that was taken. */
    synchronized long sequence() {
        return sequence;
    }

    /** Samples that were dropped here, and never reached the session. */
    synchronized long refused() {
        return refused;
    }

    /** A binary message; false if audio was dropped, this or what waited, because it comes faster than it is taken. */
    boolean binary(ByteBuffer message) throws BadMessage {
        int length = message.remaining() - AudioFrame.HEADER;
        if (length < 0) {
            throw new BadMessage("binary message of " + message.remaining() + " bytes: a frame has a header of "
                    + AudioFrame.HEADER);
        }
        ByteBuffer bytes = message.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.get(0) != AudioFrame.AUDIO) {
            throw new BadMessage("binary type=" + bytes.get(0) + ": is not known here; audio is " + AudioFrame.AUDIO);
        }
        return take(
                bytes.position(AudioFrame.HEADER).slice().order(ByteOrder.LITTLE_ENDIAN),
                bytes.getInt(4) & 0xffff_ffffL);
    }

    /** The same in base64. */
    boolean base64(String pcm, long number) throws BadMessage {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(pcm);
        } catch (IllegalArgumentException e) {
            throw new BadMessage("pcm: is not base64");
        }
        return take(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), number);
    }

    private synchronized boolean take(ByteBuffer pcm, long number) throws BadMessage {
        int count = pcm.remaining() / Short.BYTES;
        if (pcm.remaining() % Short.BYTES != 0) {
            throw new BadMessage("audio of " + pcm.remaining() + " bytes: must be even; a sample has two");
        }
        if (count > longest) {
            throw new BadMessage("audio of " + count + " samples: at most " + longest + ", " + LONGEST_MILLIS
                    + " ms, in one message; send audio as it arrives");
        }
        if (!isNew(number) || count == 0) {
            return true;
        }
        if (!samples.take(count)) {
            refused += count;
            counters.tooFast.increment();
            int frame = session.options().input().frameSamples();
            telemetry.framesRefused(true, (count + frame - 1) / frame);
            return false;
        }
        if (chunk.length < count) {
            chunk = new short[count];
        }
        for (int i = 0; i < count; i++) {
            chunk[i] = pcm.getShort(Short.BYTES * i);
        }
        if (session.offerAudio(chunk, 0, count)) {
            return true;
        }
        // It is taken, and the session has told the telemetry what was dropped for it.
        counters.tooFast.increment();
        return false;
    }

    /** Frames without a number are taken as they come. */
    private boolean isNew(long number) {
        if (number == 0) {
            return true;
        }
        if (number != sequence + 1) {
            counters.wrongSequence.increment();
        }
        boolean isNew = number > sequence;
        sequence = Math.max(sequence, number);
        return isNew;
    }
}
