package dev.duplexvoice.onnx.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.util.concurrent.Semaphore;

/**
 * A voice whose streams compute when they are read, on the reading thread; only where its decoder is on a device that others share they have
 * nothing to read yet, and {@code readable} is run.
 */
final class OnnxSynthesizer implements SpeechSynthesizer {
    /** A hundred times what a session gives at once. */
    private static final int MAX_TEXT_LENGTH = 40_000;

    private final String name;
    private final String family;
    private final SpeechModel model;
    private final TextReader reader;
    private final Phrasing phrasing;
    private final SharedLife life;

    /** A voice that owns the model. */
    OnnxSynthesizer(String name, String family, SpeechModel model, TextReader reader, Phrasing phrasing) {
        this.name = name;
        this.family = family;
        this.model = model;
        this.reader = reader;
        this.phrasing = phrasing;
        this.life = new SharedLife("voice " + name, model::close);
    }

    @Override
    public String voice() {
        return name;
    }

    @Override
    public String family() {
        return family;
    }

    @Override
    public int sampleRate() {
        return model.sampleRate();
    }

    @Override
    public int maxTextLength() {
        return MAX_TEXT_LENGTH;
    }

    /**
     * {@inheritDoc}
     *
     * @throws VoiceException with UNSUPPORTED if the pitch is not the voice's own: a network of this kind has none to set
     */
    @Override
    public SynthesisStream start(SynthesisRequest request, Runnable readable) {
        String text = request.text();
        if (text.length() > MAX_TEXT_LENGTH) {
            throw new IllegalArgumentException("text.length=" + text.length() + ": at most " + MAX_TEXT_LENGTH
                    + " characters, split it into sentences");
        }
        if (request.pitch() != 1f) {
            throw new VoiceException(
                    VoiceException.Code.UNSUPPORTED,
                    "pitch=" + request.pitch() + ": voice " + name + " has one pitch; leave it at 1");
        }
        return stream(reader.read(text), request.rate(), readable);
    }

    private SynthesisStream stream(Symbols symbols, float rate, Runnable readable) {
        life.enter();
        try {
            return new OnnxStream(model, phrasing.phrases(symbols), rate, readable, life);
        } catch (RuntimeException | Error e) {
            life.exit();
            throw e;
        }
    }

    /** Speaks to nobody, so that what is wrong with the voice is found now and no caller waits for what happens only once. */
    void warmUp(Symbols symbols) {
        short[] discarded = new short[1 << 12];
        Semaphore readable = new Semaphore(0);
        try (SynthesisStream stream = stream(symbols, 1f, readable::release)) {
            // Only that it works is of interest.
            int read;
            do {
                read = stream.read(discarded, 0, discarded.length);
                if (read == 0) {
                    readable.acquireUninterruptibly();
                }
            } while (read != SynthesisStream.END);
        }
    }

    @Override
    public void telemetry(VoiceTelemetry telemetry) {
        model.telemetry(telemetry);
    }

    @Override
    public void close() {
        life.close();
    }
}
