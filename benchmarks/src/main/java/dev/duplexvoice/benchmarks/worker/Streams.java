package dev.duplexvoice.benchmarks.worker;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.benchmarks.cli.Times;
import dev.duplexvoice.grpc.RemoteSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Many streams at once over one connection, 50 frames a second each: how late frames are. Schedules wait for nobody, so a frame that
 * waits behind another late one is counted as late as it is. They begin one after the other in a second, and are warm for a while
 * before anything counts.
 */
final class Streams {
    private static final long BEGIN_NANOS = 1_000_000_000L;

    private final WorkerProcess worker;
    private final int streams;
    private final int seconds;
    private final long warmUpNanos;

    Streams(WorkerProcess worker, int streams, int seconds, int warmUpSeconds) {
        this.worker = worker;
        this.streams = streams;
        this.seconds = seconds;
        warmUpNanos = warmUpSeconds * 1_000_000_000L;
    }

    private RemoteSynthesizer connect(String voice) {
        return RemoteSynthesizer.builder(worker.target()).voice(voice).build();
    }

    /**
     * Frames that the worker has just when they are due: from then until they are in the client's hands.
     *
     * <p>Nothing is stored anywhere, so each delay on the way shows.
     */
    StreamTimes live() throws InterruptedException {
        List<LiveReader> readers = new ArrayList<>();
        try (RemoteSynthesizer voice = connect(PreparedVoices.LIVE)) {
            long begun = System.nanoTime();
            long from = begun + BEGIN_NANOS + warmUpNanos;
            for (int i = 0; i < streams; i++) {
                Pacer.await(begun + BEGIN_NANOS * i / streams);
                LiveReader reader = new LiveReader(voice, from);
                readers.add(reader);
                reader.read();
            }
            Pacer.await(from);
            Usage usage = new Usage();
            Pacer.await(from + seconds * 1_000_000_000L);
            StreamTimes times = usage.times(new Times());
            for (LiveReader reader : readers) {
                times.lateness().add(reader.end());
            }
            return times;
        }
    }

    /** Frames that are read when they are due, as a session plays them; the worker may be ahead. */
    StreamTimes played() {
        Times late = new Times();
        short[] frame = new short[PreparedVoices.FRAME];
        PriorityQueue<Player> players = new PriorityQueue<>(Comparator.comparingLong(player -> player.due));
        try (RemoteSynthesizer voice = connect(PreparedVoices.LONG)) {
            long begun = System.nanoTime();
            long from = begun + BEGIN_NANOS + warmUpNanos;
            for (int i = 0; i < streams; i++) {
                players.add(new Player(begun + BEGIN_NANOS * i / streams));
            }
            Usage usage = null;
            for (Player next = players.remove();
                    next.due < from + seconds * 1_000_000_000L;
                    players.add(next), next = players.remove()) {
                Pacer.await(next.due);
                if (usage == null && next.due >= from) {
                    usage = new Usage();
                }
                long due = next.due;
                next.act(voice, frame);
                if (usage != null) {
                    late.add(System.nanoTime() - due);
                }
            }
            StreamTimes times = Objects.requireNonNull(usage).times(late);
            players.forEach(Player::close);
            return times;
        }
    }

    /** Begins a stream, then reads a frame every 20 ms. */
    private static final class Player {
        private @Nullable SynthesisStream stream;
        private long due;
        private long frames;

        Player(long begin) {
            due = begin;
        }

        void act(RemoteSynthesizer voice, short[] frame) {
            if (stream == null) {
                stream = voice.start(SynthesisRequest.of("Two minutes."), () -> {});
                // A session, too, begins to play when a little is there.
                due += 5 * PreparedVoices.PERIOD;
            } else {
                readFrame(stream, frame, frames++);
                due += PreparedVoices.PERIOD;
            }
        }

        void close() {
            Objects.requireNonNull(stream).close();
        }
    }

    private static void readFrame(SynthesisStream stream, short[] frame, long number) {
        for (int filled = 0; filled < frame.length; ) {
            int read = stream.read(frame, filled, frame.length - filled);
            if (read < 0) {
                throw new VoiceException(VoiceException.Code.INTERNAL, "a stream has ended");
            }
            if (read == 0) {
                Thread.onSpinWait();
            }
            filled += read;
        }
        if (frame[0] != (short) (number * frame.length)) {
            throw new VoiceException(VoiceException.Code.INTERNAL, "frame " + number + " begins with " + frame[0]);
        }
    }

    /** Reads frames as they come, on the thread that brings them. */
    private static final class LiveReader {
        private final Times late = new Times();
        private final short[] frame = new short[PreparedVoices.FRAME];
        private final SynthesisStream stream;
        private final long from;
        private int filled;
        private long lastDue;
        private boolean over;
        private @Nullable String wrong;

        LiveReader(RemoteSynthesizer voice, long from) {
            this.from = from;
            stream = voice.start(SynthesisRequest.of("On and on."), this::read);
        }

        synchronized void read() {
            while (!over) {
                int read = stream.read(frame, filled, frame.length - filled);
                if (read <= 0) {
                    return;
                }
                filled += read;
                if (filled == frame.length) {
                    filled = 0;
                    arrived(Pacer.dueAt(frame), System.nanoTime());
                }
            }
        }

        private void arrived(long due, long now) {
            if (lastDue != 0 && due != lastDue + PreparedVoices.PERIOD) {
                wrong = "a frame of " + due + " after one of " + lastDue;
            }
            lastDue = due;
            if (due >= from) {
                late.add(now - due);
            }
        }

        synchronized Times end() {
            over = true;
            stream.close();
            if (wrong != null || late.count() == 0) {
                throw new VoiceException(VoiceException.Code.INTERNAL, wrong == null ? "no frame came" : wrong);
            }
            return late;
        }
    }

    /** Processor time of both processes from now on. */
    private final class Usage {
        private final long begun = System.nanoTime();
        private final long client = WorkerProcess.ownProcessorTime();
        private final long atWorker = worker.processorTime();

        StreamTimes times(Times late) {
            double frames = (System.nanoTime() - begun) / (double) PreparedVoices.PERIOD * streams;
            return new StreamTimes(
                    late,
                    (WorkerProcess.ownProcessorTime() - client) / 1e3 / frames,
                    (worker.processorTime() - atWorker) / 1e3 / frames);
        }
    }
}
