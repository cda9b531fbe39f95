package dev.duplexvoice.examples.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFilesTest {
    @TempDir
    private Path folder;

    private List<String> names(String... names) {
        return LogFiles.find(List.of(names), null).sources().stream()
                .map(source -> folder.relativize(Path.of(source.name())).toString())
                .toList();
    }

    private void make(String... names) throws IOException {
        for (String name : names) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "x\n");
        }
    }

    @Test
    void shouldReadRotatedFilesTheOldestFirst() throws IOException {
        make(
                "a.log",
                "a.log.1",
                "a.log.2.gz",
                "a.log.10.gz",
                "a.log-20250110",
                "b.2025-01-09.log",
                "b.2025-01-10.log",
                "b.log",
                "sub/c.jsonl",
                "notes.txt",
                "core");
        assertThat(names(folder.toString()))
                .containsExactly(
                        "a.log.10.gz",
                        "a.log.2.gz",
                        "a.log.1",
                        "a.log-20250110",
                        "a.log",
                        "b.2025-01-09.log",
                        "b.2025-01-10.log",
                        "b.log",
                        "sub/c.jsonl");
    }

    @Test
    void shouldFindGlobsAndReadNoFileTwice() throws IOException {
        make("a.log", "b.log", "sub/c.log");
        assertThat(names(folder + "/*.log", folder + "/a.log")).containsExactly("a.log", "b.log");
        assertThat(names(folder + "/**/*.log")).contains("sub/c.log");
    }

    @Test
    void shouldSayWhatToDoWhenNothingIsFound() throws IOException {
        make("sub/notes.txt");
        LogFiles files =
                LogFiles.find(List.of(folder + "/none", folder + "/sub", folder + "/*.x", folder + "/[", ""), null);
        assertThat(files.sources()).isEmpty();
        assertThat(files.problems()).hasSize(5);
        assertThat(files.problems().get(0)).contains("there is no such file or folder");
        assertThat(files.problems().get(1)).contains("no logs in this folder");
        assertThat(files.problems().get(2)).contains("no file matches");
        assertThat(files.problems().get(3)).contains("no glob");
        assertThat(files.problems().get(4)).contains("empty");
    }
}
