package dev.duplexvoice.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.audio.WavFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
