package dev.duplexvoice.http;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.util.Objects;
import java.util.concurrent.Semaphore;

/**
 * A voice of a server that speaks OpenAI's {@code POST /v1/audio/speech}: Kokoro-FastAPI, Chatterbox servers, hosted ones.
 *
 * <pre>{@code
 * SpeechSynthesizer voice = HttpVoice.builder("http://127.0.0.1:8880", "kokoro", "af_sky").build();
 * }</pre>
 *
 * <p>Audio is streamed: samples can be read as soon as the server sends them, and a slow reader makes the server wait. Streams take
 * no thread; {@link SynthesisStream#read} returns 0 when nothing has come yet. A failure before the first sample is tried again where
 * that helps (no connection, status 429 or 5xx), a later one never, so that nothing is spoken twice. Failures are
 * {@link VoiceException}s that name the server and what happened; neither the key nor the text is ever in them or in a log.
 *
 * <p>TLS certificates and host names are verified; proxies are those of the JDK's settings ({@code https.proxyHost} and so on); redirects
 * are not followed. HTTP/1.1 is spoken, so that each stream has a connection of its own, which {@link SynthesisStream#cancel} closes.
 *
 * <p>Time is the system's, because servers live by no virtual clock: sessions on a {@link dev.duplexvoice.time.VirtualClock} cannot use it.
 * Thread-safe.
 */
public final class HttpVoice implements SpeechSynthesizer {
    private static final String PROBE = "Hello.";

    private final SpeechCalls calls;
    private final int sampleRate;

    HttpVoice(SpeechCalls calls) {
        this.calls = calls;
        int stated = calls.settings().statedRate();
        this.sampleRate = stated != 0 ? stated : probe();
    }

    /**
     * Begins to describe a voice.
     *
     * @param server its address with or without {@code /v1}, such as {@code https://api.example.com/v1}
     * @param model the model's name at that server
     * @param voice the voice's name at that server
     */
    public static HttpVoiceBuilder builder(String server, String model, String voice) {
        return new HttpVoiceBuilder(server, model, voice);
    }

    /** A WAV's rate is known when one has come. */
    private int probe() {
        Semaphore readable = new Semaphore(0);
        short[] samples = new short[1_024];
        try (HttpStream stream = open(SynthesisRequest.of(PROBE), readable::release)) {
            while (stream.read(samples, 0, samples.length) == 0) {
                readable.acquire();
            }
            return stream.sampleRate();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            calls.close();
            throw new VoiceException(
                    VoiceException.Code.UNAVAILABLE,
                    calls.settings().who() + " was asked for its sample rate, and this thread was interrupted");
        } catch (RuntimeException e) {
            calls.close();
            throw e;
        }
    }

    @Override
    public String voice() {
        return calls.settings().name();
    }

    @Override
    public int sampleRate() {
        return sampleRate;
    }

    @Override
    public String family() {
        return "http";
    }

    @Override
    public boolean isRemote() {
        return true;
    }

    @Override
    public void telemetry(VoiceTelemetry telemetry) {
        calls.telemetry(telemetry);
    }

    @Override
    public int maxTextLength() {
        return calls.settings().maxTextLength();
    }

    /**
     * {@inheritDoc} The rate becomes the request's {@code speed}. A text without a letter, digit or currency sign makes no audio, and
     * nobody is asked.
     *
     * @throws VoiceException if the pitch is not 1, which these servers cannot do
     */
    @Override
    public SynthesisStream start(SynthesisRequest request, Runnable readable) {
        Objects.requireNonNull(readable, "readable");
        int length = request.text().length();
        if (length > maxTextLength()) {
            throw new IllegalArgumentException(
                    "text.length=" + length + ": at most " + maxTextLength() + " characters, split it into sentences");
        }
        if (request.pitch() != 1f) {
            throw new VoiceException(
                    VoiceException.Code.UNSUPPORTED,
                    "pitch=" + request.pitch() + ": the voice " + voice()
                            + " has no other pitch than 1; choose another voice");
        }
        return open(request, readable);
    }

    private HttpStream open(SynthesisRequest request, Runnable readable) {
        calls.begun();
        HttpStream stream = new HttpStream(calls, request, readable);
        if (SpeechRequest.isSpeakable(request.text())) {
            stream.begin();
        } else {
            stream.endSilent();
        }
        return stream;
    }

    @Override
    public void close() {
        calls.close();
    }
}
