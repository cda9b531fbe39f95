package dev.duplexvoice.benchmarks.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class BenchCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(Object... args) {
        String[] texts = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            texts[i] = args[i].toString();
        }
        return BenchCommand.execute(new PrintWriter(out, true), new PrintWriter(err, true), texts);
    }

    private void assertOneLineThatNames(String value) {
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).startsWith("voice: ").contains(value).hasLineCount(1);
    }

    @Test
    void shouldSayWhatIsWrongWhenThereIsNoSuchBenchmark() {
        assertThat(run("nonsense")).isEqualTo(2);
        assertOneLineThatNames("nonsense");
    }

    @Test
    void shouldSayWhatIsWrongWhenThereIsNoSuchOption() {
        assertThat(run("vad", "--nonsense")).isEqualTo(2);
        assertOneLineThatNames("--nonsense");
    }

    @Test
    void shouldFailWhenThereIsNoSuchModel() {
        Path missing = folder.resolve("missing.onnx");
        assertThat(run("vad", "--quick", "--model", missing)).isEqualTo(1);
        assertOneLineThatNames(missing.toString());
    }

    @Test
    void shouldFailWhenTheModelIsNone() throws IOException {
        Path text = Files.writeString(folder.resolve("text.onnx"), "no weights");
        assertThat(run("vad", "--quick", "--model", text)).isEqualTo(1);
        assertOneLineThatNames(text.toString());
        assertThat(err.toString()).contains("give --model");
    }

    @Test
    void shouldFailWhenTheAudioIsNone() throws IOException {
        Path text = Files.writeString(folder.resolve("text.wav"), "no sound");
        assertThat(run("vad", "--quick", "--audio", text)).isEqualTo(1);
        assertOneLineThatNames(text.toString());
    }

    @Test
    void shouldFailBeforeItMeasuresWhenTheChartCannotBeWritten() {
        assertThat(run("vad", "--svg", folder.resolve("missing").resolve("chart.svg")))
                .isEqualTo(1);
        assertOneLineThatNames("chart.svg");
    }

    @Test
    void shouldFailWhenThereAreNoVoices() {
        assertThat(run("tts", "--quick", "--voices", folder)).isEqualTo(1);
        assertOneLineThatNames(folder.toString());
        assertThat(run("tts", "--quick", "--voices", folder.resolve("missing"))).isEqualTo(1);
        assertThat(err.toString()).contains("missing cannot be read: give a folder with Piper voices");
    }

    @Test
    void shouldFailBeforeItMeasuresSpeechWhenTheTableCannotBeWritten() {
        assertThat(run("tts", "--markdown", folder.resolve("missing").resolve("tts.md")))
                .isEqualTo(1);
        assertOneLineThatNames("tts.md");
    }

    @Test
    void shouldFailBeforeItMeasuresDecodersWhenThereIsNothingToDecode() throws IOException {
        assertThat(run("vocoder", "--quick", "--voices", folder)).isEqualTo(1);
        assertOneLineThatNames(folder + " has no Piper voice");
        Path model = Files.writeString(folder.resolve("text.onnx"), "no graph");
        err.getBuffer().setLength(0);
        assertThat(run("vocoder", "--quick", "--voices", folder)).isEqualTo(1);
        assertOneLineThatNames("model=" + model);
    }

    @Test
    void shouldFailBeforeItMeasuresDecodersWhenTheWeightsAreNone() throws IOException {
        assertThat(run("vocoder", "--quick", "--weights", folder.resolve("missing.safetensors")))
                .isEqualTo(1);
        assertOneLineThatNames("missing.safetensors");
        Path text = Files.writeString(folder.resolve("text.safetensors"), "no weights at all");
        err.getBuffer().setLength(0);
        assertThat(run("vocoder", "--quick", "--weights", text)).isEqualTo(1);
        assertOneLineThatNames("model=" + text);
    }

    @Test
    void shouldFailBeforeItMeasuresDecodersWhenTheChartCannotBeWritten() {
        assertThat(run("vocoder", "--svg", folder.resolve("missing").resolve("vocoder.svg")))
                .isEqualTo(1);
        assertOneLineThatNames("vocoder.svg");
    }

    @Test
    void shouldBeWrongUsageWhenADecoderIsAskedForWhatItHasNot() {
        assertThat(run("vocoder", "--streams", "3")).isEqualTo(2);
        assertOneLineThatNames("--streams");
        assertThat(run("vocoder", "--weights", "")).isEqualTo(2);
        assertThat(err.toString()).contains("'--weights'");
    }

    @Test
    void shouldFailBeforeItMeasuresAWorkerWhenTheTableCannotBeWritten() {
        assertThat(run("worker", "--markdown", folder.resolve("missing").resolve("worker.md")))
                .isEqualTo(1);
        assertOneLineThatNames("worker.md");
    }

    @Test
    void shouldBeWrongUsageWhenThereAreNoStreams() {
        assertThat(run("worker", "--streams", "0")).isEqualTo(2);
        assertOneLineThatNames("--streams=0: must be 1 to 5000");
    }

    @Test
    void shouldSayWhatIsWrongWithTheDeviceThatIsToBeSimulated() {
        assertThat(run("vocoder-scheduler", "--frame-us", "0")).isEqualTo(2);
        assertOneLineThatNames("--frame-us=0.0: must be 0.001 to 1000.0");
        assertThat(run("vocoder-scheduler", "--times", folder.resolve("none.csv")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("none.csv cannot be read");
    }

    @Test
    void shouldSimulateSessionsThatShareADevice() throws IOException {
        Path table = folder.resolve("scheduler.md");
        Path chart = folder.resolve("scheduler.svg");
        assertThat(run("vocoder-scheduler", "--quick", "--json", "--markdown", table, "--svg", chart))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("\"policy\":\"told\"", "\"policy\":\"fifo\"", "\"first_p99_ms\":");
        assertThat(Files.readString(table)).contains("./voice bench vocoder-scheduler --quick", "| 1,000 sessions |");
        assertThat(Files.readString(chart)).startsWith("<svg");
    }

    @Test
    void shouldSayWhatIsWrongWithTheLogThatIsToBeMade() {
        assertThat(run("logs", "--size", "0")).isEqualTo(2);
        assertOneLineThatNames("--size=0");
        assertThat(run("logs", "--heap", "much")).isEqualTo(2);
        assertThat(err.toString()).contains("--heap=much");
        assertThat(run("logs", "--generate", folder.resolve("missing").resolve("big.log")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("big.log");
    }

    @Test
    void shouldMakeTheSameLogEachTime() throws IOException {
        Path one = folder.resolve("one.log");
        Path two = folder.resolve("two.log");
        assertThat(run("logs", "--generate", one, "--size", "1")).isZero();
        assertThat(run("logs", "--generate", two, "--size", "1")).isZero();
        assertThat(Files.mismatch(one, two)).isNegative();
        assertThat(Files.size(one)).isBetween(1_000_000L, 1_010_000L);
    }

    @Test
    void shouldFindTheSameLinesAsJqWhenItIsInstalled() throws IOException, InterruptedException {
        try {
            new ProcessBuilder("jq", "--version").start().waitFor();
        } catch (IOException e) {
            Assumptions.abort("jq is not installed: test skipped");
        }
        Path table = folder.resolve("logs.md");
        assertThat(run("logs", "--size", "2", "--rounds", "1", "--json", "--markdown", table))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("\"same_lines\":true", "\"ratio\":", "\"voice_peak_mb\":");
        assertThat(Files.readString(table)).contains("./voice bench logs --size 2", "| median |");
    }

    /** A percent sign that is not doubled makes the help begin with a warning. */
    @Test
    void shouldHaveHelpThatCanBeFormatted() {
        for (CommandLine command :
                new CommandLine(new BenchCommand()).getSubcommands().values()) {
            for (String line : command.getCommandSpec().usageMessage().footer()) {
                assertThatCode(() -> String.format(Locale.ROOT, line)).as(line).doesNotThrowAnyException();
            }
        }
    }

    @Test
    void shouldHelpWhenAsked() {
        assertThat(run("worker", "--help")).isZero();
        assertThat(out.toString()).contains("--streams", "--svg", "--markdown");
        assertThat(run("tts", "--help")).isZero();
        assertThat(out.toString()).contains("--voices", "VOICE_FIXTURES");
        assertThat(run("vocoder", "--help")).isZero();
        assertThat(out.toString()).contains("--weights", "less than 5 % more", "ten times as soon");
        assertThat(run("vad", "--help")).isZero();
        assertThat(out.toString()).contains("--quick", "--json", "VOICE_SIMD");
    }

    @Test
    void shouldFailWhenResultsCannotBeWritten() {
        Writer full = new Writer() {
            @Override
            public void write(char[] buffer, int offset, int length) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        assertThat(BenchCommand.execute(full, new PrintWriter(err, true), "--version"))
                .isEqualTo(1);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines("voice: stdout cannot be written: No space left on device");
    }

    @Test
    void shouldBeWrongUsageWhenAPathIsEmpty() {
        assertThat(run("vad", "--svg", "")).isEqualTo(2);
        assertOneLineThatNames("'--svg'");
        assertThat(err.toString()).contains("empty");
    }
}
