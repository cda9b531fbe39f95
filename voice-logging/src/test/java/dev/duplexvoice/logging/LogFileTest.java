package dev.duplexvoice.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Period;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
    @TempDir
    private Path folder;

    private final MoveableClock clock = new MoveableClock("2026-03-01T10:00:00Z");
    private final LogTrouble trouble = new LogTrouble(new LoggerContext().getLogger("l"), true);

    private LogFile open(LogRotation rotation, boolean bounded, int days) {
        return new LogFile(path(), rotation, bounded, Period.ofDays(days), clock, trouble);
    }

    private Path path() {
        return folder.resolve("voice.log");
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void write(LogFile file, String... lines) {
        for (String line : lines) {
            file.write(line(line));
        }
        file.flush();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldKeepSoManyFilesOfTheirSize() throws IOException {
        String half = "x".repeat(600);
        try (LogFile file = open(LogRotation.bySize(1_024, 2), true, 30)) {
            for (int i = 0; i < 5; i++) {
                write(file, half + i);
            }
        }
        assertThat(names()).containsExactly("voice.2026-03-01.3.log", "voice.2026-03-01.4.log", "voice.log");
        assertThat(Files.readString(path())).isEqualTo(half + "4\n");
        assertThat(Files.readString(folder.resolve("voice.2026-03-01.3.log"))).isEqualTo(half + "2\n");
        assertThat(trouble.statistics()).isEqualTo(new LogStatistics(5, 0, 0));
    }

    @Test
    void shouldDeleteByAgeAloneWhatHasToBeKept() throws IOException {
        try (LogFile file = open(LogRotation.bySize(1_024, 1), false, 10)) {
            for (int i = 0; i < 8; i++) {
                write(file, "x".repeat(900) + i);
            }
            assertThat(names()).hasSize(8);
            clock.move(Duration.ofDays(5));
            write(file, "later");
            assertThat(names()).hasSize(9);
            clock.move(Duration.ofDays(6));
            write(file, "later still");
        }
        assertThat(names()).containsExactly("voice.2026-03-06.1.log", "voice.log");
    }

    @Test
    void shouldBeginAFileEachDay() throws IOException {
        try (LogFile file = open(LogRotation.DAILY, true, 30)) {
            write(file, "first");
            clock.move(Duration.ofDays(1));
            write(file, "second");
        }
        clock.move(Duration.ofDays(2));
        Files.setLastModifiedTime(path(), FileTime.from(clock.instant().minus(Duration.ofDays(2))));
        try (LogFile file = open(LogRotation.DAILY, true, 30)) {
            write(file, "fourth");
        }
        assertThat(names()).containsExactly("voice.2026-03-01.1.log", "voice.2026-03-02.1.log", "voice.log");
        assertThat(Files.readString(folder.resolve("voice.2026-03-02.1.log"))).isEqualTo("second\n");
    }

    @Test
    void shouldNotKeepLinesForYearsWhereLittleIsLogged() throws IOException {
        Files.writeString(path(), "{\"timestamp\":\"2026-02-01T00:00:00.000000Z\"}\n");
        Files.setLastModifiedTime(path(), FileTime.from(clock.instant()));
        try (LogFile file = open(LogRotation.BY_SIZE, true, 30)) {
            write(file, "new");
        }
        assertThat(names()).containsExactly("voice.2026-03-01.1.log", "voice.log");
        assertThat(Files.readString(path())).isEqualTo("new\n");
    }

    @Test
    void shouldLoseNothingWhenTheClockGoesBack() throws IOException {
        try (LogFile file = open(LogRotation.bySize(1_024, 9), true, 30)) {
            write(file, "a".repeat(700));
            clock.move(Duration.ofDays(-400));
            write(file, "b".repeat(700), "c");
            clock.move(Duration.ofDays(400));
            write(file, "d".repeat(700));
        }
        assertThat(trouble.statistics()).isEqualTo(new LogStatistics(4, 0, 0));
        StringBuilder all = new StringBuilder();
        for (String name : names()) {
            all.append(Files.readString(folder.resolve(name)));
        }
        assertThat(all).contains("a".repeat(700) + "\n", "b".repeat(700) + "\nc\n", "d".repeat(700) + "\n");
    }

    @Test
    void shouldGoOnWithAFileThatWasCutInALine() throws IOException {
        Files.writeString(path(), "{\"timest");
        try (LogFile file = open(LogRotation.BY_SIZE, true, 30)) {
            write(file, "whole");
        }
        assertThat(Files.readString(path())).isEqualTo("{\"timest\nwhole\n");
    }

    @Test
    void shouldBeginAnewWhenSomebodyMovedTheFileAway() throws IOException {
        try (LogFile file = open(LogRotation.BY_SIZE, true, 30)) {
            write(file, "first");
            Files.move(path(), folder.resolve("taken"));
            clock.move(Duration.ofMillis(LogFile.LOOK_MILLIS));
            write(file, "second");
        }
        assertThat(Files.readString(path())).isEqualTo("second\n");
        assertThat(Files.readString(folder.resolve("taken"))).isEqualTo("first\n");
    }

    @Test
    void shouldLeaveOtherFilesAlone() throws IOException {
        List<String> others =
                List.of("voice.2001-01-01.1.txt", "voice.2001-01-01.log", "other.2001-01-01.1.log", "voice.x.log");
        for (String other : others) {
            Files.writeString(folder.resolve(other), "keep");
        }
        Files.writeString(folder.resolve("voice.2001-01-01.1.log"), "old");
        open(LogRotation.BY_SIZE, true, 30).close();
        assertThat(names()).containsAll(others).doesNotContain("voice.2001-01-01.1.log");
    }

    @Test
    void shouldCountWhatIsLostOnAFullDiskAndGoOnWhenThereIsRoom() throws IOException {
        Files.createSymbolicLink(path(), Path.of("/dev/full"));
        try (LogFile file = open(LogRotation.BY_SIZE, true, 30)) {
            write(file, "1");
            write(file, "2");
            clock.move(Duration.ofMillis(LogFile.RETRY_MILLIS));
            write(file, "3");
            assertThat(trouble.statistics()).isEqualTo(new LogStatistics(0, 3, 1));
            Files.delete(path());
            clock.move(Duration.ofMillis(LogFile.RETRY_MILLIS));
            write(file, "4");
        }
        assertThat(trouble.statistics()).isEqualTo(new LogStatistics(1, 3, 1));
        assertThat(Files.readString(path())).isEqualTo("4\n");
    }

    /** Where the test may mount one. */
    @Test
    void shouldGoOnWhenADiskThatWasFullHasRoomAgain() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk.toString()))
                .isZero();
        try {
            Path other = Files.write(disk.resolve("other"), new byte[32 * 1_024]);
            LogFile file = new LogFile(
                    disk.resolve("app/voice.log"), LogRotation.BY_SIZE, true, Period.ofDays(30), clock, trouble);
            for (int i = 0; i < 100; i++) {
                write(file, i + " " + "x".repeat(997));
            }
            LogStatistics full = trouble.statistics();
            assertThat(full.failures()).isEqualTo(1);
            assertThat(full.written()).isBetween(10L, 40L);
            assertThat(full.written() + full.lost()).isEqualTo(100);
            Files.delete(other);
            clock.move(Duration.ofMillis(LogFile.RETRY_MILLIS));
            write(file, "room again");
            file.close();
            List<String> lines = Files.readAllLines(disk.resolve("app/voice.log"));
            assertThat(lines.subList(0, (int) full.written())).allMatch(line -> line.length() >= 999);
            assertThat(lines).endsWith("room again").hasSizeBetween((int) full.written() + 1, (int) full.written() + 2);
        } finally {
            run("umount", disk.toString());
        }
    }

    private static int run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    @Test
    void shouldGoOnWhereNoFolderCanBeMade() throws IOException {
        Path file = folder.resolve("no folder");
        Files.writeString(file, "");
        LogFile log =
                new LogFile(file.resolve("voice.log"), LogRotation.BY_SIZE, true, Period.ofDays(1), clock, trouble);
        write(log, "1", "2");
        assertThat(trouble.statistics()).isEqualTo(new LogStatistics(0, 2, 1));
        Files.delete(file);
        clock.move(Duration.ofMillis(LogFile.RETRY_MILLIS));
        write(log, "3");
        log.close();
        assertThat(Files.readString(file.resolve("voice.log"))).isEqualTo("3\n");
    }

    @Test
    void shouldWriteLinesLargerThanItsBuffer() throws IOException {
        String large = "y".repeat(200_000);
        try (LogFile file = open(LogRotation.BY_SIZE, true, 30)) {
            file.write(line("before"));
            file.write(line(large));
            file.write(line("after"));
        }
        assertThat(Files.readString(path())).isEqualTo("before\n" + large + "\nafter\n");
        assertThat(Files.size(path())).isEqualTo(200_014);
        Files.writeString(path(), "", StandardOpenOption.TRUNCATE_EXISTING);
    }
}
