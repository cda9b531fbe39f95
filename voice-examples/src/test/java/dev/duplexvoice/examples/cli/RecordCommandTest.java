package dev.duplexvoice.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code voice record} and {@code voice replay}. */
class RecordCommandTest {
    @TempDir
    private Path folder;

    private Path recording() {
        return folder.resolve("call.dvrec");
    }

    private Cli record(Object... more) {
        List<Object> args = new ArrayList<>(List.of("record", Cli.fixture("audio/jfk.wav"), "-o", recording()));
        args.addAll(List.of(more));
        Cli result = Cli.run(args.toArray());
        assertThat(result.code).as(result.err).isZero();
        return result;
    }

    @Test
    void shouldGiveTheSameBytesWhenReplayed() throws IOException {
        Path events = folder.resolve("events.jsonl");
        Path audio = folder.resolve("audio.wav");
        Cli recorded = record("--clock", "virtual", "--events", events, "--audio-out", audio, "--json");
        assertThat(recorded.out)
                .contains("\"recording\":")
                .contains("\"bytes\":")
                .hasLineCount(1);

        Path again = folder.resolve("again.jsonl");
        Path audioAgain = folder.resolve("again.wav");
        Cli replayed = Cli.run("replay", recording(), "--events", again, "-o", audioAgain, "--json");

        assertThat(replayed.code).as(replayed.err).isZero();
        assertThat(replayed.err).isEmpty();
        assertThat(replayed.out).contains("\"end\":\"complete\"").hasLineCount(1);
        assertThat(again).hasSameBinaryContentAs(events);
        assertThat(audioAgain).hasSameBinaryContentAs(audio);
        assertThat(Files.readString(again)).contains("\"type\":\"interrupted\"").contains("\"type\":\"closed\"");
    }

    @Test
    void shouldPrintTheEventsOfBothWhenNotToldOtherwise() {
        Cli recorded = record("--clock", "virtual");
        Cli replayed = Cli.run("replay", recording());
        assertThat(replayed.code).isZero();
        assertThat(replayed.out).isEqualTo(recorded.out).contains("\"type\":\"closed\"");
    }

    @Test
    void shouldReplayTheBeginningWhenTheProcessWasKilled() throws Exception {
        Path caller = Cli.fixture("audio/jfk.wav");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("cache"),
                        VoiceCommand.class.getName(),
                        "record",
                        caller.toString(),
                        "-o",
                        recording().toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
                if (line.contains("\"type\":\"reply_finished\"")) {
                    process.toHandle().destroyForcibly();
                }
            }
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isNotZero();

        Cli replayed = Cli.run("replay", recording());

        assertThat(replayed.code).isZero();
        assertThat(replayed.err)
                .contains("call.dvrec")
                .contains("is cut at byte")
                .hasLineCount(1);
        List<String> again = replayed.out.lines().toList();
        int common = Math.min(again.size(), lines.size());
        assertThat(again.subList(0, common)).isEqualTo(lines.subList(0, common));
        assertThat(again).anyMatch(line -> line.contains("\"type\":\"first_audio\""));
    }

    @Test
    void shouldFailWithOneLineWhenTheFileIsNotWhatItShouldBe() throws IOException {
        record("--clock", "virtual", "--json");
        byte[] bytes = Files.readAllBytes(recording());
        Path other = folder.resolve("other.dvrec");

        Files.write(other, Arrays.copyOf(bytes, 50));
        assertFails(other, "ends within its header");
        Files.writeString(other, "anything else, but no recording");
        assertFails(other, "no recording");
        byte[] later = bytes.clone();
        later[11] = 9;
        Files.write(other, later);
        assertFails(other, "version 9");
        byte[] damaged = bytes.clone();
        damaged[bytes.length / 2]++;
        Files.write(other, damaged);
        Cli replayed = Cli.run("replay", other);
        assertThat(replayed.code).isEqualTo(1);
        assertThat(replayed.err)
                .contains("corrupt at byte")
                .contains("; replayed ")
                .hasLineCount(1);
        assertThat(replayed.out).contains("\"type\":\"reply_started\"");
        assertFails(folder.resolve("none.dvrec"), "no such file");
        assertFails(folder, "give a recording");
    }

    private static void assertFails(Path file, String why) {
        Cli result = Cli.run("replay", file);
        assertThat(result.code).isEqualTo(1);
        assertThat(result.err).contains(file.toString()).contains(why).hasLineCount(1);
        assertThat(result.out).isEmpty();
    }

    @Test
    void shouldBeWrongUsageWhenAFileIsMissing() {
        assertThat(Cli.run("replay").code).isEqualTo(2);
        assertThat(Cli.run("record", "caller.wav").code).isEqualTo(2);
    }

    @Test
    void shouldNotOverwriteTheCallerWithItsRecording() throws IOException {
        Path caller = folder.resolve("caller.wav");
        Files.copy(Cli.fixture("audio/jfk.wav"), caller);
        Cli result = Cli.run("record", caller, "-o", caller);
        assertThat(result.code).isEqualTo(1);
        assertThat(caller).hasSameBinaryContentAs(Cli.fixture("audio/jfk.wav"));
    }
}
