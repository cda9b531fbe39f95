package dev.duplexvoice.examples.cli;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.examples.WholeFile;
import dev.duplexvoice.onnx.OnnxDecoder;
import dev.duplexvoice.onnx.PiperVoice;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.TextSegment;
import dev.duplexvoice.tts.TextSegmenter;
import dev.duplexvoice.tts.UnspokenText;
import dev.duplexvoice.tts.WordTiming;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code voice say}. */
@Command(
        name = "say",
        description = "Speak a text, clause by clause, and tell how long it took.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Example: voice say \"Good morning.\" -o morning.wav"})
final class SayCommand implements Callable<Integer> {
    /** About an hour of speech. */
    private static final int MAX_LENGTH = 50_000;

    private static final int READ_SAMPLES = 320;
    private static final int SHOWN = 80;
    private static final String REMEDY = "write it in the voice's language and letters, or choose another --voice";

    @Parameters(index = "0", paramLabel = "TEXT", description = "What to say; - reads it from stdin.")
    private String text = "";

    @Option(
            names = "--voice",
            paramLabel = "V",
            description = {
                "rms (default), slt, awb, kal16; the id of an installed pack (voice models list);",
                "the path of a Piper voice, F.onnx or F.onnx#SPEAKER; or a server's address:",
                "http://127.0.0.1:8880/v1?model=kokoro&voice=af_sky"
            })
    private @Nullable String voice;

    @Option(
            names = "--decoder",
            paramLabel = "D",
            description = {
                "What makes a Piper voice's waveform: auto (default), onnx, native, which streams, or cuda, which",
                "streams on an NVIDIA GPU. Only with the path of a voice; in a pack it is the setting decoder."
            })
    private @Nullable String decoder;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "Speaking rate, 0.5 to 2; 1 (default) is the voice's own.")
    private float rate = 1f;

    @Option(names = "--pitch", paramLabel = "P", description = "Pitch, 0.5 to 2; 1 (default) is the voice's own.")
    private float pitch = 1f;

    @Option(names = "-o", paramLabel = "F.wav", description = "Write the audio here.")
    private @Nullable Path output;

    @Option(
            names = "--json",
            description = {
                "Print one JSON object. unspoken has the pieces of the text that the voice cannot say and left out;",
                "null if a voice without word times does not tell."
            })
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private short[] audio = new short[16_000];
    private int samples;
    private long firstAudioNanos = -1;
    private final List<String> unspoken = new ArrayList<>();
    /** Whether the voice gave no word times, so that nobody knows what it left out. */
    private boolean untold;

    @Override
    public Integer call() throws IOException {
        requireProsody();
        if (output != null) {
            WholeFile.requireWritable(output);
        }
        String speech = text.equals("-") ? readStdin() : text;
        if (text.isBlank()) {
            throw new ParameterException(spec.commandLine(), "TEXT is empty: give a word or a number to say");
        }
        if (speech.length() > MAX_LENGTH) {
            throw tooLong("text.length=" + speech.length());
        }
        try (VoiceEngine engine = VoiceEngine.create();
                SpeechSynthesizer synthesizer = open(engine)) {
            long start = System.nanoTime();
            speak(synthesizer, speech, start);
            long nanos = System.nanoTime() - start;
            if (samples == 0) {
                throw new VoiceException(
                        VoiceException.Code.INVALID_ARGUMENT,
                        unspoken.isEmpty()
                                ? "the text has nothing to say: it needs a word or a number"
                                : "the text has nothing to say for voice " + synthesizer.voice() + ", which cannot say "
                                        + shown() + ": " + REMEDY);
            }
            if (output != null) {
                WavFile.write(output, synthesizer.sampleRate(), Arrays.copyOf(audio, samples));
            }
            report(synthesizer, nanos);
        }
        return 0;
    }

    private SpeechSynthesizer open(VoiceEngine engine) {
        if (decoder == null) {
            return engine.openVoice(voice == null ? engine.defaultVoice() : voice);
        }
        OnnxDecoder wanted = Arrays.stream(OnnxDecoder.values())
                .filter(known -> known.name().toLowerCase(Locale.ROOT).equals(decoder))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--decoder=" + decoder + ": must be auto, onnx, native or cuda"));
        int end = voice == null ? -1 : (voice + "#").lastIndexOf(".onnx#");
        if (voice == null || end < 0) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--decoder=" + decoder + ": goes with the path of a Piper voice, --voice F.onnx, and not with "
                            + (voice == null ? engine.defaultVoice() : voice));
        }
        end += ".onnx".length();
        return PiperVoice.of(Path.of(voice.substring(0, end)))
                .speaker(end == voice.length() ? "" : voice.substring(end + 1))
                .decoder(wanted)
                .open();
    }

    private void requireProsody() {
        try {
            request("");
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }

    private SynthesisRequest request(String clause) {
        return new SynthesisRequest(clause, rate, pitch);
    }

    private static String readStdin() throws IOException {
        byte[] bytes = System.in.readNBytes(4 * MAX_LENGTH + 1);
        if (bytes.length > 4 * MAX_LENGTH) {
            throw tooLong("the text on stdin has more than " + 4 * MAX_LENGTH + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static VoiceException tooLong(String what) {
        return new VoiceException(
                VoiceException.Code.INVALID_ARGUMENT,
                what + ": at most " + MAX_LENGTH + " characters at a time, split the text");
    }

    private void speak(SpeechSynthesizer synthesizer, String speech, long start) {
        TextSegmenter segmenter = new TextSegmenter();
        segmenter.append(speech);
        segmenter.finish();
        for (TextSegment clause = segmenter.poll(); clause != null; clause = segmenter.poll()) {
            Semaphore readable = new Semaphore(0);
            int before = samples;
            try (SynthesisStream stream = synthesizer.start(request(clause.text()), readable::release)) {
                while (true) {
                    if (audio.length - samples < READ_SAMPLES) {
                        audio = Arrays.copyOf(audio, audio.length * 2);
                    }
                    int read = stream.read(audio, samples, READ_SAMPLES);
                    if (read == SynthesisStream.END) {
                        noteUnspoken(clause.text(), samples > before, stream.words());
                        break;
                    }
                    if (read == 0) {
                        readable.acquireUninterruptibly();
                        continue;
                    }
                    if (firstAudioNanos < 0) {
                        firstAudioNanos = System.nanoTime() - start;
                    }
                    samples += read;
                }
            }
        }
    }

    private void noteUnspoken(String clause, boolean sounded, List<WordTiming> words) {
        if (!sounded) {
            if (clause.codePoints().anyMatch(Character::isLetterOrDigit)) {
                unspoken.add(clause);
            }
            return;
        }
        untold |= words.isEmpty();
        for (UnspokenText piece : UnspokenText.find(clause, words)) {
            unspoken.add(piece.of(clause));
        }
    }

    /** What was left out, on one line and not all of it if that is long. */
    private String shown() {
        String all = String.join(" ", unspoken).replaceAll("\\s+", " ");
        int count = all.codePointCount(0, all.length());
        return "'" + (count <= SHOWN ? all : all.substring(0, all.offsetByCodePoints(0, SHOWN)) + "...") + "'";
    }

    private void report(SpeechSynthesizer synthesizer, long nanos) {
        double audioSeconds = (double) samples / synthesizer.sampleRate();
        double rtf = nanos / 1e9 / audioSeconds;
        if (!unspoken.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("left out, because voice " + synthesizer.voice() + " cannot say it: " + shown() + "; "
                            + REMEDY);
        }
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("model", synthesizer.voice());
            result.put("sample_rate", synthesizer.sampleRate());
            result.put("first_audio_ms", Json.decimals(firstAudioNanos / 1e6, 2));
            result.put("synthesis_ms", Json.decimals(nanos / 1e6, 2));
            result.put("audio_ms", Json.decimals(audioSeconds * 1e3, 1));
            result.put("rtf", Json.decimals(rtf, 4));
            result.put("unspoken", untold && unspoken.isEmpty() ? null : unspoken);
            spec.commandLine().getOut().println(Json.line(result));
        } else {
            spec.commandLine()
                    .getOut()
                    .println(String.format(
                            Locale.ROOT,
                            "%s, %d Hz: %.2f s of speech, first audio after %.1f ms, real-time factor %.3f%s",
                            synthesizer.voice(),
                            synthesizer.sampleRate(),
                            audioSeconds,
                            firstAudioNanos / 1e6,
                            rtf,
                            output == null ? " (-o F.wav keeps it)" : ", written to " + output));
        }
    }
}
