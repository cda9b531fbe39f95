package dev.duplexvoice.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.audio.WavFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultsTest {
    @TempDir
    private Path folder;

    private static Writer failing(String reason) {
        return new Writer() {
            @Override
            public void write(char[] buffer, int offset, int length) throws IOException {
                throw new IOException(reason);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "--version",
                "help",
                "vad --help",
                "vad F.wav",
                "vad F.wav --probabilities",
                "vad-eval DIR --detector energy --json",
                "say Hello",
                "simulate S.json",
                "converse F.wav --clock virtual",
                "converse F.wav --clock virtual --json",
                "record F.wav -o OUT.dvrec --clock virtual",
                "replay F.dvrec",
                "loadtest --sessions 1 --seconds 1 --warmup 0",
            })
    void shouldFailWhenResultsCannotBeWritten(String command) throws IOException {
        List<Object> args = new ArrayList<>();
        for (String word : command.split(" ")) {
            args.add(word.startsWith("-") || !word.matches("DIR|.*[.].*") ? word : folder.resolve(word));
        }
        WavFile.write(folder.resolve("DIR").resolveSibling("F.wav"), 16_000, new short[16_000]);
        Files.createDirectory(folder.resolve("DIR"));
        WavFile.write(folder.resolve("DIR/a.wav"), 16_000, new short[16_000]);
        Files.writeString(folder.resolve("DIR/a.csv"), "0,0.5,0\n0.5,1,1\n");
        Files.writeString(folder.resolve("S.json"), "{\"user\": [{\"from\": 0.5, \"to\": 1}]}");
        if (command.startsWith("replay")) {
            Cli.run("record", folder.resolve("F.wav"), "-o", folder.resolve("F.dvrec"), "--clock", "virtual");
        }

        for (Writer out :
                List.of(failing("No space left on device"), new BufferedWriter(failing("No space left on device")))) {
            Cli result = Cli.run(out, args.toArray());

            assertThat(result.code).as(result.err).isEqualTo(1);
            assertThat(result.err.lines())
                    .filteredOn(line -> !line.contains("this machine is busy"))
                    .containsExactly("voice: stdout cannot be written: No space left on device");
            if (command.startsWith("loadtest")) {
                break; // takes its time
            }
        }
    }

    @Test
    void shouldBeSilentWhenTheReaderHasSeenEnough() {
        Cli result = Cli.run(failing("Broken pipe"), "--help");

        assertThat(result.code).isEqualTo(1);
        assertThat(result.err).isEmpty();
    }

    @Test
    void shouldTellOnlyTheFirstReasonWhenTheCommandFails() {
        Cli result = Cli.run(failing("No space left on device"), "vad", folder.resolve("none.wav"));

        assertThat(result.code).isEqualTo(1);
        assertThat(result.err).contains("none.wav").hasLineCount(1);
    }
}
