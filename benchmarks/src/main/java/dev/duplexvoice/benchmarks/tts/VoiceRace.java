package dev.duplexvoice.benchmarks.tts;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.benchmarks.cli.Times;
import dev.duplexvoice.onnx.OnnxDecoder;
import dev.duplexvoice.onnx.OnnxDevice;
import dev.duplexvoice.onnx.PiperVoice;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Piper voice twice, cut and whole, in turns, with the same sentence and no noise. Both on one thread. */
final class VoiceRace implements AutoCloseable {
    private static final double SECONDS = 10;
    private static final int MOST_WORDS = 400;
    /** Of 16-bit samples: 1e-4 of full scale, and rounding. */
    private static final int TOLERANCE = 4;

    private static final Pattern NOISE = Pattern.compile("(\"(?:noise_scale|noise_w)\"\\s*:\\s*)[0-9.eE+-]+");
    private static final Pattern SYMBOL = Pattern.compile("\"([a-z ^_$])\"\\s*:\\s*\\[\\s*(\\d+)\\s*\\]");

    private final SpeechSynthesizer cut;
    private final WholeVoice whole;
    private final String text;
    private final short[] audio;
    private final StringBuilder chunks = new StringBuilder();
    private final Times first = new Times();
    private final Times total = new Times();
    private final Times wholeTimes = new Times();
    private int samples;
    private long firstNanos;

    private VoiceRace(SpeechSynthesizer cut, WholeVoice whole) {
        this.cut = cut;
        this.whole = whole;
        int words = 1;
        while (words < MOST_WORDS && whole.speak(Sentence.of(words)).remaining() < SECONDS * cut.sampleRate()) {
            words++;
        }
        this.text = Sentence.of(words);
        this.audio = new short[whole.speak(text).remaining() + 1];
    }

    /** Opens a voice twice. */
    static VoiceRace open(Path model, OnnxDecoder decoder) {
        try {
            String json = Files.readString(Path.of(model + ".json"));
            Path still = Files.createTempFile("voice-bench", ".json");
            try {
                Files.write(still, NOISE.matcher(json).replaceAll("$10").getBytes(StandardCharsets.UTF_8));
                SpeechSynthesizer cut = PiperVoice.of(model)
                        .config(still)
                        .device(OnnxDevice.CPU)
                        .decoder(decoder)
                        .pronouncer(new Sentence.Speller())
                        .open();
                return new VoiceRace(cut, new WholeVoice(model, symbols(json)));
            } finally {
                Files.delete(still);
            }
        } catch (IOException e) {
            throw new VoiceException(
                    VoiceException.Code.IO, "model=" + model + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static Map<Character, Long> symbols(String json) {
        Map<Character, Long> symbols = new HashMap<>();
        Matcher matcher = SYMBOL.matcher(json);
        while (matcher.find()) {
            symbols.put(matcher.group(1).charAt(0), Long.parseLong(matcher.group(2)));
        }
        return symbols;
    }

    /**
     * Compares what both say.
     *
     * @return the largest difference of two samples, of 32,767
     * @throws VoiceException if it is more than rounding
     */
    int requireAgreement() {
        speakCut();
        FloatBuffer expected = whole.speak(text);
        int worst = samples == expected.remaining() ? 0 : Integer.MAX_VALUE;
        for (int i = 0; i < samples && worst < Integer.MAX_VALUE; i++) {
            worst = Math.max(worst, Math.abs(audio[i] - Math.round(expected.get(i) * 32_767f)));
        }
        if (worst > TOLERANCE) {
            throw new VoiceException(
                    VoiceException.Code.INTERNAL, "voice " + cut.voice() + ": cut and whole differ, nothing is timed");
        }
        return worst;
    }

    /** Times both once. */
    void run(boolean counts) {
        long begin = System.nanoTime();
        long firstAt = speakCut() - begin;
        long end = System.nanoTime() - begin;
        begin = System.nanoTime();
        whole.speak(text);
        long wholeEnd = System.nanoTime() - begin;
        if (counts) {
            first.add(firstAt);
            total.add(end);
            wholeTimes.add(wholeEnd);
        }
    }

    /** When the first samples were there. */
    private long speakCut() {
        Semaphore readable = new Semaphore(0);
        chunks.setLength(0);
        samples = 0;
        firstNanos = 0;
        try (SynthesisStream stream = cut.start(SynthesisRequest.of(text), readable::release)) {
            // A read gives what one run of the decoder made, if there is room for it.
            for (int read; (read = stream.read(audio, samples, audio.length - samples)) != SynthesisStream.END; ) {
                if (read == 0) {
                    readable.acquireUninterruptibly();
                    continue;
                }
                if (samples == 0) {
                    firstNanos = System.nanoTime();
                }
                chunks.append(chunks.length() == 0 ? "" : ", ").append(read);
                samples += read;
            }
        }
        return firstNanos;
    }

    VoiceTimes times() {
        return new VoiceTimes(
                cut.voice(),
                (double) samples / cut.sampleRate(),
                text.length(),
                first,
                total,
                wholeTimes,
                chunks.toString());
    }

    @Override
    public void close() {
        cut.close();
        whole.close();
    }
}
