package dev.duplexvoice.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.audio.WavFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VadEvalCommandTest {
    private static final String NAME = "recording";

    @TempDir
    Path folder;

    /** The reference segments as labels: a CSV with a header, or one line behind a name. */
    private void label(String audio, String golden, double seconds, boolean scv) throws IOException {
        String name = Path.of(audio).getFileName().toString().replace(".wav", "");
        Files.copy(Cli.fixture(audio), folder.resolve(name + ".wav"));
        StringBuilder labels = new StringBuilder(scv ? name : "start,end,label");
        double at = 0;
        List<String> lines = Files.readAllLines(Cli.fixture(golden));
        for (String line : lines.subList(1, lines.size())) {
            double start = Long.parseLong(line.split(",")[0]) / 16_000.0;
            double end = Long.parseLong(line.split(",")[1]) / 16_000.0;
            String between = scv ? "," : "\n";
            labels.append(between).append(at).append(',').append(start).append(",0");
            labels.append(between).append(start).append(',').append(end).append(",1");
            at = end;
        }
        labels.append(scv ? "," : "\n").append(at).append(',').append(seconds).append(",0\n");
        Files.writeString(folder.resolve(name + (scv ? ".scv" : ".csv")), labels.toString());
    }

    private void labelFixtures() throws IOException {
        label("audio/jfk.wav", "vad/jfk.segments.csv", 11, true);
        label("audio/silero_test.wav", "vad/silero_test.segments.csv", 60, false);
    }

    private static double number(String json, String field) {
        return Double.parseDouble(json.replaceAll("(?s).*\"" + field + "\":([-0-9.]+).*", "$1"));
    }

    @ParameterizedTest
    @CsvSource({"duplex, 0.93", "silero, 0.98", "webrtc, 0.6", "energy, 0.7"})
    void shouldScoreADetectorWhenLabelsAreTheReferenceSegments(String detector, double leastAuc) throws IOException {
        labelFixtures();
        Path svg = folder.resolve("roc.svg");
        Cli result = detector.equals("silero")
                ? Cli.run("vad-eval", folder, "--json", "--svg", svg, "--model", Cli.fixture("vad/silero_vad.onnx"))
                : Cli.run("vad-eval", folder, "--json", "--svg", svg, "--detector", detector);

        assertThat(result.err).isEmpty();
        assertThat(result.code).isZero();
        assertThat(result.out).contains("\"detector\":\"" + detector + "\"").contains("\"recordings\":2");
        assertThat(number(result.out, "auc")).as(result.out).isBetween(leastAuc, 1.0);
        assertThat(number(result.out, "best_f1")).isGreaterThanOrEqualTo(number(result.out, "f1"));
        assertThat(number(result.out, "seconds")).isBetween(70.9, 71.1);
        assertThat(number(result.out, "onsets")).isEqualTo(23);
        assertThat(Files.readString(svg))
                .startsWith("<svg")
                .contains("ROC of " + detector)
                .endsWith("</svg>\n");
    }

    @Test
    void shouldPrintARowForEachRecordingWhenNotJson() throws IOException {
        labelFixtures();
        Cli result = Cli.run("vad-eval", folder, "--detector", "energy");
        assertThat(result.code).isZero();
        assertThat(result.out.lines().map(line -> line.split(" ")[0]))
                .containsExactly("energy", "jfk.wav", "silero_test.wav", "all");
    }

    @ParameterizedTest
    @ValueSource(strings = {"duplex", "webrtc", "energy"})
    void shouldFindSegmentsWithAnyDetectorWhenNoModelIsNeeded(String detector) {
        Cli result = Cli.run("vad", Cli.fixture("audio/jfk.wav"), "--detector", detector);
        assertThat(result.code).isZero();
        assertThat(result.out.lines()).hasSizeBetween(2, 12).first().isEqualTo("start,end");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0,1 | line 1: 2 fields",
                "0,1,2 | line 1: label=2",
                "0,x,1 | line 1: 'x' is not a number",
                "0,NaN,1 | line 1: 'NaN' is no time",
                "2,1,1 | line 1: start=2.0, end=1.0 is not in order",
                "start,end,label | holds no labels",
            })
    void shouldSayOneLineWhenLabelsAreMalformed(String labels, String message) throws IOException {
        Files.writeString(folder.resolve(NAME + ".wav"), "not read");
        Files.writeString(folder.resolve(NAME + ".csv"), labels);
        Cli result = Cli.run("vad-eval", folder);
        assertThat(result.code).isEqualTo(1);
        assertThat(result.err.lines())
                .hasSize(1)
                .first()
                .asString()
                .contains(NAME + ".csv")
                .contains(message);
    }

    @ParameterizedTest
    @CsvSource({"1, '(start,end,0)'", "0, '(start,end,1)'"})
    void shouldDrawNothingWhenLabelsAreOfOneKind(int label, String missing) throws IOException {
        WavFile.write(folder.resolve(NAME + ".wav"), 16_000, new short[16_000]);
        Path svg = folder.resolve("roc.svg");
        // The other kind lies behind the recording's end the second time.
        for (String more : List.of("", "\n2,3," + (1 - label))) {
            Files.writeString(folder.resolve(NAME + ".csv"), "0,1," + label + more);
            Cli result = Cli.run("vad-eval", folder, "--detector", "energy", "--svg", svg);
            assertThat(result.code).isEqualTo(1);
            assertThat(result.err).contains(missing, "leave --svg out").hasLineCount(1);
            assertThat(result.out).isEmpty();
            assertThat(svg).doesNotExist();
            assertThat(Cli.run("vad-eval", folder, "--detector", "energy").code).isZero();
        }
    }

    @Test
    void shouldSayOneLineWhenThereIsNothingToScore() throws IOException {
        Cli missing = Cli.run("vad-eval", folder.resolve("nowhere"));
        assertThat(missing.code).isEqualTo(1);
        assertThat(missing.err.lines()).hasSize(1).first().asString().contains("is no folder");
        Files.writeString(folder.resolve(NAME + ".wav"), "not read");
        Cli unlabelled = Cli.run("vad-eval", folder);
        assertThat(unlabelled.code).isEqualTo(1);
        assertThat(unlabelled.err.lines()).hasSize(1).first().asString().contains("none of its 1 WAV files has labels");
    }
}
