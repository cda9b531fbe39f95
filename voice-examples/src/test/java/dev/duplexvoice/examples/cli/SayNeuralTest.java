package dev.duplexvoice.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.audio.WavFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./voice say} with a Piper voice: its words are pronounced by the embedded front end, its network runs here. */
class SayNeuralTest {
    private static final String VOICE = "en_US-random-x_low.onnx";

    @Test
    void shouldSpeakAPipersFileAsItIs(@TempDir Path folder) {
        Path voice = Cli.fixture("vits/" + VOICE);
        Path few = folder.resolve("few.wav");
        Path many = folder.resolve("many.wav");

        Cli said = Cli.run("say", "Good morning.", "--voice", voice, "-o", few, "--json");
        assertThat(said.code).as(said.err).isZero();
        assertThat(said.out).contains("\"model\":\"en_US-random-x_low\"").contains("\"sample_rate\":16000");
        assertThat(WavFile.read(few).samples().length).isGreaterThan(4_000);
        Path none = folder.resolve("none.wav");
        assertThat(Cli.run("say", "It costs dollars and cents.", "--voice", voice, "-o", none).code)
                .isZero();
        assertThat(Cli.run("say", "It costs 42 dollars and 50 cents.", "--voice", voice, "-o", many).code)
                .isZero();
        assertThat(WavFile.read(many).samples().length)
                .as("numbers are read out")
                .isGreaterThan(5 * WavFile.read(none).samples().length / 4);

        Cli slow = Cli.run("say", "Good morning.", "--voice", voice, "--rate", "0.5", "-o", many);
        assertThat(slow.code).as(slow.err).isZero();
        assertThat(WavFile.read(many).samples().length)
                .isGreaterThan(3 * WavFile.read(few).samples().length / 2);
    }

    @Test
    void shouldTakeTheDecoderThatIsAskedFor(@TempDir Path folder) {
        Path voice = Cli.fixture("vits/" + VOICE);
        for (String decoder : new String[] {"auto", "onnx", "native"}) {
            Path file = folder.resolve(decoder + ".wav");
            Cli said = Cli.run("say", "Good morning.", "--voice", voice, "--decoder", decoder, "-o", file);
            assertThat(said.code).as(said.err).isZero();
            assertThat(WavFile.read(file).samples().length).isGreaterThan(4_000);
        }
        Cli unknown = Cli.run("say", "Hi.", "--voice", voice, "--decoder", "vulkan");
        assertThat(unknown.code).isEqualTo(2);
        assertThat(unknown.err).contains("--decoder=vulkan: must be auto, onnx, native or cuda");
        Cli noGpu = Cli.run("say", "Hi.", "--voice", voice, "--decoder", "cuda");
        assertThat(noGpu.code).isEqualTo(1);
        assertThat(noGpu.err).contains("voice: decoder=cuda: ", "or choose decoder=native");
        Cli other = Cli.run("say", "Hi.", "--decoder", "native");
        assertThat(other.code).isEqualTo(2);
        assertThat(other.err).contains("--decoder=native: goes with the path of a Piper voice");
    }

    @Test
    void shouldTellWhatItLeftOut() {
        Path voice = Cli.fixture("vits/" + VOICE);
        Cli said = Cli.run("say", "It costs $3.50, 你好, or 5% on 12/24.", "--voice", voice, "--json");
        assertThat(said.code).as(said.err).isZero();
        assertThat(said.out).contains("\"unspoken\":[\"你好,\"]}");
        assertThat(said.err).hasLineCount(1).contains("'你好,'");

        Cli nothing = Cli.run("say", "你好", "--voice", voice);
        assertThat(nothing.code).isEqualTo(1);
        assertThat(nothing.err).hasLineCount(1).contains("nothing to say", "'你好'");
    }

    @Test
    void shouldSpeakAnInstalledPackByItsName(@TempDir Path packs) throws Exception {
        Path folder = Files.createDirectories(packs.resolve("vits/ours"));
        String metadata = "id: ours\nfamily: vits\nlanguages: [en-US]\nsample_rate: 16000\nlicence: MIT\nfiles:\n"
                + file("model", VOICE, folder)
                + file("config", VOICE + ".json", folder);
        Files.writeString(folder.resolve("metadata.yaml"), metadata);
        String before = System.setProperty("voice.packs", packs.toString());
        try {
            Cli said = Cli.run("say", "Good morning.", "--voice", "ours", "--json");
            assertThat(said.code).as(said.err).isZero();
            assertThat(said.out).contains("\"model\":\"ours\"");

            Cli unknown = Cli.run("say", "Good morning.", "--voice", "theirs");
            assertThat(unknown.code).isEqualTo(2);
            assertThat(unknown.err).contains("voice=theirs").contains("rms").contains("ours");
        } finally {
            if (before == null) {
                System.clearProperty("voice.packs");
            } else {
                System.setProperty("voice.packs", before);
            }
        }
    }

    private static String file(String role, String name, Path folder) throws Exception {
        byte[] content = Files.readAllBytes(Cli.fixture("vits/" + name));
        Files.write(folder.resolve(name), content);
        return "  - {role: " + role + ", path: " + name + ", size: " + content.length + ", sha256: " + sha256(content)
                + "}\n";
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    @Test
    void shouldNameAnUnknownSpeakerAMissingFileAndAnotherPitch() throws IOException {
        Path voice = Cli.fixture("vits/" + VOICE);

        Cli speaker = Cli.run("say", "Hi.", "--voice", voice + "#bob");
        assertThat(speaker.code).as("which speakers there are is in the file").isEqualTo(1);
        assertThat(speaker.err).startsWith("voice: speaker=bob: voice en_US-random-x_low has no such speaker");
        Cli missing = Cli.run("say", "Hi.", "--voice", voice.resolveSibling("none.onnx"));
        assertThat(missing.code).isEqualTo(1);
        assertThat(missing.err).contains("none.onnx").hasLineCount(1);
        Cli pitch = Cli.run("say", "Hi.", "--voice", voice, "--pitch", "1.5");
        assertThat(pitch.code).isEqualTo(1);
        assertThat(pitch.err).startsWith("voice: pitch=1.5: voice en_US-random-x_low has one pitch");
    }
}
