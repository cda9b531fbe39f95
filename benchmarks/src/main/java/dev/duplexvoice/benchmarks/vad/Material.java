package dev.duplexvoice.benchmarks.vad;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is measured with: weights, a minute of 16 kHz audio, and ONNX Runtime's probabilities for it.
 *
 * @param folder holds what the measuring processes read and is nobody else's
 * @param model the weights
 * @param weights their name, for the report
 * @param recording where the audio is from
 */
record Material(Path folder, Path model, String weights, String recording) implements AutoCloseable {
    static final int SAMPLE_RATE = 16_000;
    /** In the probability; the same that the golden tests allow. */
    static final double TOLERANCE = 1e-4;

    private static final String FOLDER = "voice.bench.folder";
    private static final String MODEL = "voice.bench.model";
    private static final int SAMPLES = 60 * SAMPLE_RATE;
    private static final String EMBEDDED = "/dev/duplexvoice/nativecore/duplex_vad_16k.onnx";
    private static final String SPOKEN =
            "Good morning, and thank you for calling. I would like to know whether the train to the "
                    + "coast leaves on time today. There was a storm last night, and some of the lines are closed. If it is "
                    + "late, I could take the bus at a quarter past nine, or wait for the next one. Could you tell me which "
                    + "platform it leaves from, and how long the journey takes? That would be very kind of you.";

    /** Gathers it; null stands for the fixtures, or, without them, what the jars carry. */
    static Material gather(@Nullable Path model, @Nullable Path audio) {
        try {
            Path folder = Files.createTempDirectory("voice-bench");
            Material material = null;
            try {
                Path file = model(model);
                Path weights = file != null ? file : embedded(folder.resolve("embedded.onnx"));
                short[] samples = new short[SAMPLES];
                String recording = fill(samples, audio);
                ByteBuffer bytes = ByteBuffer.allocate(SAMPLES * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asShortBuffer().put(samples);
                Files.write(folder.resolve("audio.s16"), bytes.array());
                material = new Material(
                        folder,
                        weights,
                        file != null ? file.getFileName().toString() : "the embedded weights",
                        recording);
                return material;
            } finally {
                if (material == null) {
                    delete(folder);
                }
            }
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, "cannot be written to the temporary folder: " + e, e);
        }
    }

    /** That of the command that started this process. */
    static Material ofThisProcess() {
        String folder = System.getProperty(FOLDER);
        String model = System.getProperty(MODEL);
        if (folder == null || model == null) {
            throw new IllegalStateException("no audio to measure with: run it by ./voice bench vad");
        }
        return new Material(Path.of(folder), Path.of(model), "", "");
    }

    private static @Nullable Path fixture(String name) {
        String folder = System.getenv("VOICE_FIXTURES");
        if (folder == null || folder.isEmpty()) {
            return null;
        }
        Path file = Path.of(folder, name);
        if (!Files.isReadable(file)) {
            throw new VoiceException(
                    VoiceException.Code.NOT_FOUND,
                    file + " cannot be read: VOICE_FIXTURES must name the folder of the fixtures, or be unset");
        }
        return file;
    }

    private static @Nullable Path model(@Nullable Path model) {
        Path file = model != null ? model : fixture("vad/silero_vad_16k_op15.onnx");
        if (file != null && (!Files.isRegularFile(file) || !Files.isReadable(file))) {
            throw new VoiceException(
                    VoiceException.Code.NOT_FOUND, file + ": no such file, or it cannot be read: give --model F.onnx");
        }
        return file;
    }

    private static Path embedded(Path target) throws IOException {
        try (InputStream embedded = NativeVoiceProvider.class.getResourceAsStream(EMBEDDED)) {
            if (embedded == null) {
                throw new IllegalStateException(EMBEDDED + " is not on the class path");
            }
            Files.copy(embedded, target);
        }
        return target;
    }

    /** Fills the minute, from the beginning again if the recording is shorter. */
    private static String fill(short[] samples, @Nullable Path audio) {
        Path file = audio != null ? audio : fixture("audio/silero_test.wav");
        short[] source;
        String name;
        if (file == null) {
            source = speech();
            name = "the embedded voice rms";
        } else {
            WavFile wav = WavFile.read(file);
            if (wav.sampleRate() != SAMPLE_RATE) {
                throw new VoiceException(
                        VoiceException.Code.UNSUPPORTED,
                        file + ": has " + wav.sampleRate() + " Hz: give a recording at 16000 Hz");
            }
            source = wav.samples();
            name = String.valueOf(file.getFileName());
        }
        for (int at = 0; at < samples.length; at += source.length) {
            System.arraycopy(source, 0, samples, at, Math.min(source.length, samples.length - at));
        }
        return name;
    }

    /** Speech with a second of silence after it. */
    private static short[] speech() {
        short[] speech = new short[SAMPLES];
        int length = 0;
        try (SpeechSynthesizer voice = new NativeVoiceProvider().openVoice("rms");
                SynthesisStream stream = voice.start(SynthesisRequest.of(SPOKEN), () -> {})) {
            for (int n; length < speech.length && (n = stream.read(speech, length, speech.length - length)) >= 0; ) {
                length += n;
            }
        }
        return Arrays.copyOf(speech, length + SAMPLE_RATE);
    }

    short[] audio() {
        short[] samples = new short[SAMPLES];
        ByteBuffer.wrap(read("audio.s16"))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer()
                .get(samples);
        return samples;
    }

    /** Has ONNX Runtime say what is right. */
    void compute() {
        float[] expected = new float[SAMPLES / Windows.SAMPLES];
        ByteBuffer bytes = ByteBuffer.allocate(expected.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (Windows ort = new OrtWindows(model(), audio(), 1)) {
            ort.begin(0);
            for (int i = 0; i < expected.length; i++) {
                ort.advance();
                bytes.putFloat(ort.probability(0));
            }
            Files.write(folder.resolve("expected.f32"), bytes.array());
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, "cannot be written to the temporary folder: " + e, e);
        }
    }

    float[] expected() {
        byte[] bytes = read("expected.f32");
        float[] expected = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(expected);
        return expected;
    }

    /**
     * Refuses what is not the same computation: nobody is served by a fast wrong answer.
     *
     * @return the largest difference
     */
    double requireAgreement(String name, Windows windows, int streams) {
        double difference = Windows.difference(windows, streams, expected(), 50_000);
        if (!(difference <= TOLERANCE)) { // a NaN too
            throw new VoiceException(
                    VoiceException.Code.MODEL,
                    name + " and ONNX Runtime differ by " + difference + " in the probability, more than " + TOLERANCE
                            + ": there is nothing to compare; give another --model");
        }
        return difference;
    }

    private byte[] read(String name) {
        try {
            return Files.readAllBytes(folder.resolve(name));
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, "cannot be read from the temporary folder: " + e, e);
        }
    }

    /** For a process that measures. */
    List<String> jvmArguments() {
        return List.of("-D" + FOLDER + "=" + folder, "-D" + MODEL + "=" + model.toAbsolutePath());
    }

    @Override
    public void close() {
        try {
            delete(folder);
        } catch (IOException e) {
            // It is a temporary folder: nothing is lost but room.
            System.err.println("voice: " + folder + " is left behind: " + e.getMessage());
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
