package dev.duplexvoice.server.internal.http;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.model.ModelLease;
import dev.duplexvoice.server.http.Access;
import dev.duplexvoice.server.http.RequestError;
import dev.duplexvoice.telemetry.ServiceEvent.Framed;
import dev.duplexvoice.telemetry.ServiceEvent.Source;
import dev.duplexvoice.telemetry.ServiceEvent.Synthesized;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.TelemetryEvent.Outcome;
import dev.duplexvoice.telemetry.TraceContext;
import dev.duplexvoice.tts.SpeechSynthesizer;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Speaks texts to HTTP clients, each on the thread of its request. */
public final class SpeechHandler implements Handler {
    private static final Logger LOG = LoggerFactory.getLogger(SpeechHandler.class);
    private static final long FRAME_NANOS = 20_000_000;

    private final VoiceEngine engine;
    private final SpeechRules rules;
    private final Semaphore places;

    /** Of this engine. */
    public SpeechHandler(VoiceEngine engine, SpeechRules rules) {
        this.engine = engine;
        this.rules = rules;
        places = new Semaphore(rules.concurrency());
    }

    /** Texts that are being spoken. */
    public int speaking() {
        return rules.concurrency() - places.availablePermits();
    }

    @Override
    public void handle(Context ctx) throws Exception {
        TraceContext.Scope caller =
                engine.telemetry().request(ctx.req()::getHeader).enter();
        try {
            answer(ctx, SpeechRequest.of(ctx, rules.maxText()));
        } finally {
            caller.close();
        }
    }

    private void answer(Context ctx, SpeechRequest request) throws Exception {
        String holder = "tts-" + Access.requestId(ctx);
        Function<String, SpeechSynthesizer> elsewhere = rules.elsewhere();
        String voice = elsewhere == null ? voice(request) : "";
        if (!places.tryAcquire()) {
            throw new RequestError(
                            503,
                            "OVERLOADED",
                            rules.concurrency() + " texts are being spoken, which is all at a time; try again")
                    .with("Retry-After", "1");
        }
        try {
            if (elsewhere == null) {
                try (ModelLease<SpeechSynthesizer> lease = engine.voiceModels().acquireBlocking(voice, holder)) {
                    speak(ctx, request, lease.model());
                }
            } else {
                try (SpeechSynthesizer given = elsewhere.apply(holder)) {
                    requireNamed(request, given.voice());
                    given.telemetry(engine.telemetry());
                    speak(ctx, request, given);
                }
            }
        } finally {
            places.release();
        }
    }

    private void speak(Context ctx, SpeechRequest request, SpeechSynthesizer voice) throws InterruptedException {
        try (Resampler resampler = resampler(voice, request);
                SpokenAudio audio = new SpokenAudio(
                        voice, request.text(), request.rate(), request.pitch(), resampler, rules.timeout())) {
            if (audio.isSilent()) {
                throw RequestError.invalid("text: has nothing to say; it needs a word or a number");
            }
            speak(ctx, request, voice, audio);
        }
    }

    private static void requireNamed(SpeechRequest request, String only) {
        String asked = request.voice();
        if (asked != null && !asked.equals(only)) {
            throw unknown(asked, "is not what this server speaks with; leave it out, or use", List.of(only));
        }
    }

    private static RequestError unknown(String asked, String remedy, Collection<String> voices) {
        return new RequestError(
                404, "UNKNOWN_VOICE", "voice=" + Json.shown(asked) + ": " + remedy + " " + String.join(", ", voices));
    }

    private @Nullable Resampler resampler(SpeechSynthesizer voice, SpeechRequest request) {
        Integer rate = request.sampleRate();
        return rate == null ? null : engine.openResampler(voice.sampleRate(), rate);
    }

    /** Names that are not installed may be paths or addresses, which a client must not make the server open. */
    private String voice(SpeechRequest request) {
        String usual = engine.defaultVoice();
        String asked = request.voice();
        if (asked == null || asked.equals(usual)) {
            return usual;
        }
        Set<String> allowed = rules.voices();
        if (allowed == null ? engine.voices().contains(asked) : allowed.contains(asked)) {
            return asked;
        }
        throw unknown(asked, "is not installed; use one of", allowed == null ? engine.voices() : allowed);
    }

    private void speak(Context ctx, SpeechRequest request, SpeechSynthesizer voice, SpokenAudio audio)
            throws InterruptedException {
        Integer asked = request.sampleRate();
        int sampleRate = asked == null ? voice.sampleRate() : asked;
        Progress progress =
                new Progress(engine, Access.requestId(ctx), request.text().length(), voice);
        TraceContext.Scope within = progress.trace.enter();
        Outcome outcome = Outcome.FAILED;
        try {
            // Nobody may be there who speaks elsewhere, and that can be told until the file is begun.
            int ready = voice.isRemote() ? audio.next() : 0;
            ctx.status(200).contentType("audio/wav");
            ctx.header("Cache-Control", "no-store");
            // Past Javalin's own stream, which would compress.
            WavStream wav = new WavStream(ctx.res().getOutputStream(), audio.samples().length);
            wav.begin(sampleRate);
            outcome = send(audio, ready, wav, progress);
        } catch (IOException e) {
            outcome = Outcome.CANCELLED;
            LOG.atDebug().setCause(e).log("Somebody did not wait for the end of a text");
        } catch (RuntimeException e) {
            progress.failed(e);
            if (!ctx.res().isCommitted()) {
                throw e instanceof VoiceException failure ? notSpoken(failure) : e;
            }
            LOG.atError().setCause(e).addKeyValue("model_id", voice.voice()).log("A text could not be spoken");
        } finally {
            audio.cancel();
            progress.tell(audio, outcome);
            within.close();
        }
        if (outcome != Outcome.DONE) {
            // Else what was sent so far would look like the whole.
            abort(ctx);
        }
    }

    /** The reasons name machines that are nobody's business; the log has them. */
    private static RuntimeException notSpoken(VoiceException failure) {
        return switch (failure.code()) {
            case INVALID_ARGUMENT, UNSUPPORTED, NOT_FOUND -> failure;
            default ->
                new RequestError(
                                503,
                                "WORKER_UNAVAILABLE",
                                "nobody could speak this; try again. The server's log has the reason under request_id",
                                failure)
                        .with("Retry-After", "1");
        };
    }

    private Outcome send(SpokenAudio audio, int ready, WavStream wav, Progress progress)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        for (int samples = ready == 0 ? audio.next() : ready; samples >= 0; samples = audio.next()) {
            progress.audio();
            wav.write(audio.samples(), samples);
            if (System.nanoTime() - begun > rules.longest().toNanos()) {
                return Outcome.CANCELLED;
            }
        }
        return Outcome.DONE;
    }

    /** Resets the connection: one that is only closed is the proper end of an answer without a length. */
    private static void abort(Context ctx) {
        EndPoint end = ServletContextRequest.getServletContextRequest(ctx.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
        EndPoint network = end instanceof EndPoint.Wrapper wrapper ? wrapper.unwrap() : end;
        if (network.getTransport() instanceof SocketChannel channel) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("The connection is closed already");
            }
        }
        network.close();
    }

    /** What telemetry is told of one text, under the request's id. */
    private static final class Progress {
        private final VoiceEngine engine;
        private final String id;
        private final int characters;
        private final SpeechSynthesizer voice;
        private final long begunAt = System.nanoTime();
        private final TraceContext trace;
        private long firstAudioAt = TelemetryEvent.NEVER;
        private long lastAudioAt = TelemetryEvent.NEVER;
        private @Nullable Throwable failure;

        Progress(VoiceEngine engine, String id, int characters, SpeechSynthesizer voice) {
            this.engine = engine;
            this.id = id;
            this.characters = characters;
            this.voice = voice;
            trace = engine.telemetry().synthesis(id, begunAt);
        }

        void audio() {
            lastAudioAt = System.nanoTime();
            if (firstAudioAt == TelemetryEvent.NEVER) {
                firstAudioAt = lastAudioAt;
            }
        }

        void failed(RuntimeException cause) {
            failure = cause;
            trace.failed(cause);
        }

        void tell(SpokenAudio audio, Outcome outcome) {
            long nanos = audio.audioNanos();
            long frames = (nanos + FRAME_NANOS - 1) / FRAME_NANOS;
            long at = System.nanoTime();
            engine.telemetry()
                    .on(new Synthesized(
                            at,
                            id,
                            null,
                            0,
                            voice.voice(),
                            characters,
                            begunAt,
                            firstAudioAt,
                            audio.computeNanos(),
                            nanos,
                            frames,
                            voice.isRemote() ? Source.REMOTE : Source.COMPUTED,
                            outcome,
                            lastAudioAt,
                            failure,
                            trace));
            if (trace != TraceContext.NONE) {
                // Sent as it was made: without this the span would not end.
                engine.telemetry().on(new Framed(at, firstAudioAt, frames, trace));
            }
        }
    }
}
