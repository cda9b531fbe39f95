package dev.duplexvoice.server.internal.http;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.model.ModelLease;
import dev.duplexvoice.server.http.Access;
import dev.duplexvoice.server.http.RequestError;
import dev.duplexvoice.telemetry.ServiceEvent.Source;
import dev.duplexvoice.telemetry.ServiceEvent.Synthesized;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.TelemetryEvent.Outcome;
import dev.duplexvoice.telemetry.TraceContext;
import dev.duplexvoice.tts.SpeechSynthesizer;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
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
        SpeechRequest request = SpeechRequest.of(ctx, rules.maxText());
        String voice = voice(request);
        if (!places.tryAcquire()) {
            throw new RequestError(
                            503,
                            "OVERLOADED",
                            rules.concurrency() + " texts are being spoken, which is all at a time; try again")
                    .with("Retry-After", "1");
        }
        try (ModelLease<SpeechSynthesizer> lease =
                        engine.voiceModels().acquireBlocking(voice, "tts-" + Access.requestId(ctx));
                Resampler resampler = resampler(lease.model(), request);
                SpokenAudio audio = new SpokenAudio(
                        lease.model(), request.text(), request.rate(), request.pitch(), resampler, rules.timeout())) {
            if (audio.isSilent()) {
                throw RequestError.invalid("text: has nothing to say; it needs a word or a number");
            }
            speak(ctx, request, lease.model(), audio);
        } finally {
            places.release();
        }
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
        throw new RequestError(
                404,
                "UNKNOWN_VOICE",
                "voice=" + Json.shown(asked) + ": is not installed; use one of "
                        + String.join(", ", allowed == null ? engine.voices() : allowed));
    }

    private void speak(Context ctx, SpeechRequest request, SpeechSynthesizer voice, SpokenAudio audio)
            throws InterruptedException {
        Integer asked = request.sampleRate();
        int sampleRate = asked == null ? voice.sampleRate() : asked;
        ctx.status(200).contentType("audio/wav");
        ctx.header("Cache-Control", "no-store");
        Progress progress =
                new Progress(engine, Access.requestId(ctx), request.text().length(), voice);
        Outcome outcome = Outcome.FAILED;
        try {
            // Past Javalin's own stream, which would compress.
            WavStream wav = new WavStream(ctx.res().getOutputStream(), audio.samples().length);
            wav.begin(sampleRate);
            outcome = send(audio, wav, progress);
        } catch (IOException e) {
            outcome = Outcome.CANCELLED;
            LOG.atDebug().setCause(e).log("Somebody did not wait for the end of a text");
        } catch (RuntimeException e) {
            progress.failed(e);
            LOG.atError().setCause(e).addKeyValue("model_id", voice.voice()).log("A text could not be spoken");
        } finally {
            audio.cancel();
            progress.tell(audio, outcome);
        }
        if (outcome != Outcome.DONE) {
            // Else what was sent so far would look like the whole.
            abort(ctx);
        }
    }

    private Outcome send(SpokenAudio audio, WavStream wav, Progress progress) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        for (int samples = audio.next(); samples >= 0; samples = audio.next()) {
            progress.audio();
            wav.write(audio.samples(), samples);
            if (System.nanoTime() - begun > rules.longest().toNanos()) {
                return Outcome.CANCELLED;
            }
        }
        return Outcome.DONE;
    }

    private static void abort(Context ctx) {
        ServletContextRequest.getServletContextRequest(ctx.req())
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .close();
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
            trace.failed(cause);
        }

        void tell(SpokenAudio audio, Outcome outcome) {
            long nanos = audio.audioNanos();
            engine.telemetry()
                    .on(new Synthesized(
                            System.nanoTime(),
                            id,
                            null,
                            0,
                            voice.voice(),
                            characters,
                            begunAt,
                            firstAudioAt,
                            audio.computeNanos(),
                            nanos,
                            (nanos + FRAME_NANOS - 1) / FRAME_NANOS,
                            voice.isRemote() ? Source.REMOTE : Source.COMPUTED,
                            outcome,
                            lastAudioAt,
                            trace));
        }
    }
}
