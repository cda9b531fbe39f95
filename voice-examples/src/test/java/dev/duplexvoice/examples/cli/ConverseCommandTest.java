package dev.duplexvoice.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.duplexvoice.audio.WavFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class ConverseCommandTest {
    @TempDir
    private Path folder;

    @Test
    void shouldRepeatTheEventsWhenTheClockIsVirtual() throws IOException {
        Path first = folder.resolve("first.jsonl");
        Path second = folder.resolve("second.jsonl");
        converse(first, folder.resolve("first.wav"));
        converse(second, folder.resolve("second.wav"));
        // The audio repeats from process to process; within one, the voice's noise generator has moved on.
        assertThat(second).hasSameTextualContentAs(first);
        assertThat(Files.readString(first)).contains("\"type\":\"interrupted\"").contains("\"type\":\"closed\"");
        WavFile audio = WavFile.read(folder.resolve("first.wav"));
        assertThat(audio.sampleRate()).isEqualTo(48_000);
    }

    private void converse(Path events, Path audio) {
        Cli result = Cli.run(
                "converse", Cli.fixture("audio/jfk.wav"), "--clock", "virtual", "--events", events, "-o", audio);
        assertThat(result.code).as(result.err).isZero();
    }

    @Test
    void shouldSpeakTheScriptWhenGivenOne() throws IOException {
        Path script = Files.writeString(folder.resolve("script.json"), "[\"Yes.\", \"No.\"]");
        Cli result = Cli.run(
                "converse",
                Cli.fixture("audio/jfk.wav"),
                "--clock",
                "virtual",
                "--responder",
                "script:" + script,
                "--set",
                "interruption.enabled=false");
        assertThat(result.code).as(result.err).isZero();
        assertThat(result.out).contains("\"heard\":\"Yes.\"").contains("\"heard\":\"No.\"");
    }

    @Test
    void shouldWarnOfSlowAnswersLongContextsAndMuchMemory() throws IOException {
        Logger log = (Logger) LoggerFactory.getLogger("dev.duplexvoice.performance");
        ListAppender<ILoggingEvent> warnings = new ListAppender<>();
        warnings.start();
        log.addAppender(warnings);
        log.setLevel(Level.WARN);
        Path script = Files.writeString(folder.resolve("script.json"), "[\"Yes, I have heard you.\"]");
        try {
            Object[] call = {
                "converse",
                Cli.fixture("audio/jfk.wav"),
                "--clock",
                "virtual",
                "--responder",
                "script:" + script,
                "--set",
                "interruption.enabled=false",
                "--json"
            };
            assertThat(Cli.run(call).code).isZero();
            assertThat(warnings.list).as("within 3 s, 2,500 tokens, 1.5 GB").isEmpty();
            Object[] strict = Stream.concat(
                            Stream.of(call),
                            Stream.of("--warn-llm", "1us", "--warn-context", "1", "--warn-memory", "1 MB"))
                    .toArray();
            Cli result = Cli.run(strict);
            assertThat(result.code).as(result.err).isZero();
        } finally {
            log.detachAppender(warnings);
            log.setLevel(null);
        }
        assertThat(warnings.list.stream().map(ILoggingEvent::getFormattedMessage))
                .anyMatch(line -> line.startsWith("Slow LLM response: "))
                .anyMatch(line -> line.matches("Large context: \\d+ tokens \\(recommended < 1\\)"))
                .filteredOn(line -> line.startsWith("High memory usage: "))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "--warn-llm, soon, give a duration",
        "--warn-llm, 0s, more than 0",
        "--warn-context, 0, more than 0",
        "--warn-memory, much, 1.5GB",
        "--warn-memory, 0MB, more than 0",
        "--warn-memory, -1GB, 1.5GB"
    })
    void shouldBeWrongUsageWhenAThresholdIsNone(String option, String value, String remedy) {
        Path wav = folder.resolve("silence.wav");
        WavFile.write(wav, 16_000, new short[16_000]);
        Cli result = Cli.run("converse", wav, option, value);
        assertThat(result.code).isEqualTo(2);
        assertThat(result.err).contains(option + "=", remedy).hasLineCount(1);
    }

    @Test
    void shouldBeWrongUsageWhenTheResponderIsUnknown() throws IOException {
        Path wav = folder.resolve("second.wav");
        WavFile.write(wav, 16_000, new short[16_000]);
        Cli unknown = Cli.run("converse", wav, "--responder", "oracle");
        assertThat(unknown.code).isEqualTo(2);
        assertThat(unknown.err).contains("oracle").contains("echo").hasLineCount(1);
        Cli missing = Cli.run("converse", wav, "--responder", "script:none.json");
        assertThat(missing.code).isEqualTo(1);
        assertThat(missing.err).contains("none.json").hasLineCount(1);
    }
}
