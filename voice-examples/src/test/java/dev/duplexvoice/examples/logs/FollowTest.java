package dev.duplexvoice.examples.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowTest {
    @TempDir
    private Path folder;

    private final List<String> seen = new ArrayList<>();

    private Follow follow() {
        return new Follow(
                LogSearch.of(new RecordFilter().level(Level.ERROR)),
                () -> LogFiles.find(List.of(folder.toString()), null).sources(),
                (kind, bytes, from, to, source, number) ->
                        seen.add(new String(bytes, from, to - from, StandardCharsets.UTF_8)
                                .replaceAll(".*m\":\"(.*)\"}", "$1")));
    }

    private static String error(String message) {
        return "{\"level\":\"ERROR\",\"m\":\"" + message + "\"}\n";
    }

    private void append(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Test
    void shouldBeginAtTheEndAndTellWhatIsAdded() throws IOException {
        append("a.log", error("old"));
        Follow follow = follow();
        follow.skipToEnd();
        append("a.log", error("one") + "{\"level\":\"INFO\"}\n{\"level\":\"ERR");
        assertThat(follow.doWork()).isTrue();
        assertThat(seen).containsExactly("one");
        append("a.log", "OR\",\"m\":\"two\"}\n");
        follow.doWork();
        assertThat(follow.doWork()).isFalse();
        assertThat(seen).containsExactly("one", "two");
    }

    @Test
    void shouldBeginWithTheLineThatIsBeingWritten() throws IOException {
        append("a.log", error("old") + "{\"level\":\"ERROR\",");
        Follow follow = follow();
        follow.skipToEnd();
        append("a.log", "\"m\":\"half\"}\n");
        follow.doWork();
        assertThat(seen).containsExactly("half");
    }

    @Test
    void shouldReadWhatIsThereWhenNotTold() throws IOException {
        append("a.log", error("old"));
        follow().doWork();
        assertThat(seen).containsExactly("old");
    }

    @Test
    void shouldGoOnWithTheNewFileWhenItIsRotated() throws IOException {
        append("a.log", error("old"));
        Follow follow = follow();
        follow.skipToEnd();
        append("a.log", error("one"));
        follow.doWork();
        append("a.log", error("two"));
        Files.move(folder.resolve("a.log"), folder.resolve("a.log.1"));
        append("a.log.1", error("three"));
        follow.doWork();
        append("a.log.1", error("four") + "{\"level\":\"ERROR\",\"m\":\"no end\"}");
        append("a.log", error("five"));
        follow.doWork();
        append("a.log", error("six"));
        follow.doWork();
        assertThat(seen).containsExactly("one", "two", "three", "four", "no end", "five", "six");
    }

    @Test
    void shouldBeginAnewWhenTheFileIsEmptied() throws IOException {
        append("a.log", error("old") + error("older"));
        Follow follow = follow();
        follow.skipToEnd();
        Files.writeString(folder.resolve("a.log"), error("new"));
        follow.doWork();
        assertThat(seen).containsExactly("new");
    }

    @Test
    void shouldTakeUpNewFilesButNoneThatIsPacked() throws IOException {
        append("a.log", error("old"));
        Follow follow = follow();
        follow.skipToEnd();
        append("b.log", error("b"));
        append("c.log.gz", "whatever\n");
        follow.doWork();
        assertThat(seen).containsExactly("b");
    }
}
