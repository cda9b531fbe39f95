package dev.duplexvoice.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VadCommandTest {

    @ParameterizedTest
    @CsvSource({
        "audio/silero_test.wav, vad/silero_vad_16k_op15.onnx, vad/silero_test",
        "audio/silero_test.wav, vad/silero_vad.onnx, vad/silero_test",
        "audio/jfk.wav, vad/silero_vad_16k_op15.onnx, vad/jfk",
        "audio/jfk.wav, vad/silero_vad.onnx, vad/jfk",
        "vad/silero_test_8k.wav, vad/silero_vad.onnx, vad/silero_test_8k",
    })
    void shouldPrintTheGoldensWhenGivenAnOfficialModel(String audio, String model, String golden) throws IOException {
        Cli segments = Cli.run("vad", Cli.fixture(audio), "--model", Cli.fixture(model));
        assertThat(segments.code).isZero();
        assertThat(segments.out).isEqualTo(Files.readString(Cli.fixture(golden + ".segments.csv")));

        Cli probabilities = Cli.run("vad", Cli.fixture(audio), "--model", Cli.fixture(model), "--probabilities");
        List<String> expected = Files.readAllLines(Cli.fixture(golden + ".prob.csv"));
        List<String> actual = probabilities.out.lines().toList();
        assertThat(actual).hasSameSizeAs(expected);
        assertThat(actual.get(0)).isEqualTo(expected.get(0));
        for (int i = 1; i < expected.size(); i++) {
            String[] want = expected.get(i).split(",");
            String[] got = actual.get(i).split(",");
            assertThat(got[0]).isEqualTo(want[0]);
            assertThat(Double.parseDouble(got[1])).isCloseTo(Double.parseDouble(want[1]), within(1e-4));
        }
    }

    @Test
    void shouldHearTheSameSentencesWhenTheEmbeddedDetectorIsUsed() {
        Cli duplex = Cli.run("vad", Cli.fixture("audio/jfk.wav"));
        assertThat(duplex.code).isZero();
        assertThat(duplex.out.lines()).hasSize(5).first().isEqualTo("start,end");
    }

    @Test
    void shouldHearLessWhenWebRtcIsMoreAggressive() {
        int before = Integer.MAX_VALUE;
        for (int aggressiveness = 0; aggressiveness <= 3; aggressiveness++) {
            Cli result = Cli.run(
                    "vad",
                    Cli.fixture("audio/jfk.wav"),
                    "--detector=webrtc",
                    "--aggressiveness=" + aggressiveness,
                    "--probabilities");
            assertThat(result.code).as(result.err).isZero();
            int speech = (int) result.out.lines().filter(l -> l.endsWith(",1")).count();
            assertThat(speech).isBetween(100, before);
            before = speech;
        }
        assertThat(Cli.run("vad", Cli.fixture("audio/jfk.wav"), "--detector=webrtc").out)
                .isEqualTo(Cli.run("vad", Cli.fixture("audio/jfk.wav"), "--detector=webrtc", "--aggressiveness=2").out);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--detector=webrtc --aggressiveness=4 | --aggressiveness=4: must be 0 to 3",
                "--detector=webrtc --aggressiveness=-1 | --aggressiveness=-1: must be 0 to 3",
                "--detector=webrtc --aggressiveness=two | is not an int",
                "--aggressiveness=1 | --aggressiveness is for --detector webrtc, not duplex",
                "--detector=duplex --model=x.onnx | --model is for --detector silero, not duplex, which has its embedded weights",
                "--detector=webrtc --model=x.onnx | --model is for --detector silero, not webrtc",
                "--detector=energy --model=x.onnx | use --detector silero --model x.onnx",
                "--device=gpu | --device=gpu: must be cpu or cuda",
                "--detector=energy --device=cuda | --device=cuda is for --detector duplex or silero",
            })
    void shouldExitWithTwoWhenAnOptionIsWrong(String options, String message) {
        for (String command : List.of("vad", "vad-eval")) {
            List<Object> args = new ArrayList<>(List.of(command, "whatever.wav"));
            args.addAll(List.of(options.split(" ")));
            Cli result = Cli.run(args.toArray());
            assertThat(result.code).as(result.err).isEqualTo(2);
            assertThat(result.out).isEmpty();
            assertThat(result.err.lines()).hasSize(1).first().asString().contains(message);
        }
    }

    @Test
    void shouldSayWhereItComputedWhenAGpuIsAskedFor() {
        Cli cpu = Cli.run("vad", Cli.fixture("audio/jfk.wav"), "--json", "--device", "cpu");
        assertThat(cpu.out).contains("\"device\":\"cpu\"");
        Cli cuda = Cli.run("vad", Cli.fixture("audio/jfk.wav"), "--json", "--device", "cuda");
        assertThat(cuda.code).isZero();
        if (cuda.out.contains("\"device\":\"cpu\"")) {
            assertThat(cuda.out).isEqualTo(cpu.out);
        } else {
            assertThat(cuda.out).contains("\"device\":\"cuda\"");
        }
    }

    @Test
    void shouldResampleWhenTheModelHasNoEightKilohertz() {
        Cli result = Cli.run("vad", Cli.fixture("vad/silero_test_8k.wav"), "--json");
        assertThat(result.code).isZero();
        assertThat(result.out).contains("\"sample_rate\":16000").contains("\"detector\":\"duplex\"");
    }

    @Test
    void shouldSayOneLineWhenTheModelCannotBeUsed() throws IOException {
        var audio = Cli.fixture("audio/jfk.wav");
        Cli foreign = Cli.run("vad", audio, "--model", Cli.fixture("vits/en_US-random-x_low.onnx"));
        assertThat(foreign.code).isEqualTo(1);
        assertThat(foreign.err.lines()).hasSize(1).first().asString().contains("is missing");
        Cli directory = Cli.run("vad", audio, "--model", Cli.fixture("vad"));
        assertThat(directory.code).isEqualTo(1);
        assertThat(directory.err.lines()).hasSize(1);
        Cli none = Cli.run("vad", audio, "--model", "no-such-file.onnx");
        assertThat(none.code).isEqualTo(1);
        assertThat(none.err).contains("no-such-file.onnx");
        byte[] whole = Files.readAllBytes(Cli.fixture("vad/silero_vad_16k_op15.onnx"));
        var truncated = Files.createTempFile("truncated", ".onnx");
        Files.write(truncated, Arrays.copyOf(whole, whole.length / 2));
        Cli half = Cli.run("vad", audio, "--model", truncated);
        Files.delete(truncated);
        assertThat(half.code).isEqualTo(1);
        assertThat(half.err.lines()).hasSize(1);
    }
}
