package dev.duplexvoice.examples.report;

import static dev.duplexvoice.examples.report.EventMaps.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
    private static final Pattern DATA = Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>");
    private static final Pattern SCRIPT = Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void shouldHoldFiguresAndTurnsWhenConversationHasThem() throws Exception {
        JsonNode data = data(write(recording("A talk", second(), conversation())));

        assertThat(data.at("/title").asText()).isEqualTo("A talk");
        assertThat(data.at("/started").asText()).isEqualTo("22 November 2025, 05:38 UTC");
        assertThat(data.at("/duration").asDouble()).isEqualTo(5.0);
        assertThat(data.at("/figures/firstAudio/median").asDouble()).isEqualTo(250);
        assertThat(data.at("/figures/endToEnd/max").asDouble()).isEqualTo(750);
        assertThat(data.at("/figures/endToEnd/parts/0/synthesis").asDouble()).isEqualTo(120);
        assertThat(data.at("/figures/bargeIn/p95").asDouble()).isEqualTo(20);
        assertThat(data.at("/figures/turns").asInt()).isEqualTo(1);
        assertThat(data.at("/figures/interruptions").asInt()).isEqualTo(1);
        assertThat(data.at("/turns/0/text").asText()).isEqualTo("Hello");
        assertThat(data.at("/replies/0/heard").asText()).isEqualTo("Well,");
        assertThat(data.at("/replies/0/unheard").asText()).isEqualTo("hello there.");
        assertThat(data.at("/replies/0/bargeInMs").asDouble()).isEqualTo(20);
        assertThat(data.at("/states").toString())
                .isEqualTo("[[0.0,1.5,\"listening\"],[1.5,1.75,\"thinking\"],[1.75,5.0,\"speaking\"]]");
    }

    @Test
    void shouldSayThatEndToEndHoldsEndpointingWhenTheObjectiveDoesNot() throws Exception {
        assertThat(write(recording("A talk", second(), conversation())))
                .contains("'End to end, with endpointing'", "metric('End to end incl. endpointing'");
    }

    @Test
    void shouldReferToNothingOutsideWhenAudioIsShort() throws Exception {
        String page = write(recording("A talk", second(), conversation()));

        assertThat(page).contains("<audio id=\"audio\" src=\"data:audio/wav;base64,UklGR");
        assertThat(page).doesNotContain("{{").doesNotContainPattern("(src|href)=\"(?!data:|#)[^\"]+\"");
        assertThat(page.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http:", "https:", "@import", "url(");
    }

    @Test
    void shouldAdmitExactlyItsOwnScriptWhenPolicyIsRead() throws Exception {
        String page = write(recording("A talk", second(), conversation()));

        Matcher script = SCRIPT.matcher(page);
        assertThat(script.find()).isTrue();
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(script.group(1).getBytes(StandardCharsets.UTF_8));
        String hash = Base64.getEncoder().encodeToString(digest);
        assertThat(page).contains("default-src 'none'", "script-src 'sha256-" + hash + "'");
        assertThat(script.find()).as("a second inline script").isFalse();
    }

    @Test
    void shouldShowMarkupAsTextWhenTextsAreHostile() throws Exception {
        String hostile = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(1)> {{data}} \u2028 & \"'";
        List<Map<String, Object>> events = new ArrayList<>(conversation());
        events.add(event(1.1, "transcript", hostile, "text", hostile, "final", true, hostile, hostile));
        events.add(event(1.2, hostile, "t9"));

        String page = write(new ConversationRecording(
                hostile,
                Instant.EPOCH,
                second(),
                16_000,
                second(),
                16_000,
                new float[0],
                0.032,
                0.5f,
                events,
                Map.of(hostile, hostile)));

        assertThat(page).doesNotContain("alert(1)</script>", "<img");
        assertThat(page).contains("<h1>&lt;/script&gt;&lt;script&gt;alert(1)");
        assertThat(page.substring(page.indexOf("id=\"data\""))).doesNotContain("\u2028");
        JsonNode data = data(page);
        assertThat(data.at("/title").asText()).isEqualTo(hostile);
        assertThat(data.at("/facts/0/1").asText()).isEqualTo(hostile);
        assertThat(data.at("/turns/0/text").asText()).contains(hostile);
    }

    @Test
    void shouldWriteEmptyPageWhenNothingHappened() throws Exception {
        JsonNode data = data(write(recording("Nothing", new short[0], List.of())));

        assertThat(data.at("/duration").asDouble()).isZero();
        assertThat(data.at("/audio").asText()).isEqualTo("none");
        assertThat(data.at("/turns").size()).isZero();
        assertThat(data.at("/figures/firstAudio/values").size()).isZero();
        assertThat(data.at("/figures/firstAudio").has("median")).isFalse();
    }

    @Test
    void shouldLinkAudioAndStaySmallWhenConversationIsLong() throws Exception {
        short[] hour = new short[3600 * 8_000];
        List<Map<String, Object>> events = new ArrayList<>();
        for (int i = 0; i < 30_000; i++) {
            events.add(event(i * 0.1, "transcript", "t1", "text", "guess " + i, "final", i % 10 == 0));
        }
        String page = write(new ConversationRecording(
                "Long", Instant.EPOCH, hour, 8_000, hour, 8_000, new float[112_500], 0.032, 0.5f, events, Map.of()));

        assertThat(page.length()).isLessThan(2_000_000);
        assertThat(page).contains("src=\"" + HtmlReport.AUDIO_FILE + "\"");
        JsonNode data = data(page);
        assertThat(data.at("/audio").asText()).isEqualTo("linked");
        assertThat(data.at("/events").size()).isEqualTo(3_000);
        assertThat(data.at("/omittedEvents").asInt()).isEqualTo(27_000);
        assertThat(Base64.getDecoder().decode(data.at("/vad/points").asText()).length)
                .isBetween(10_000, 20_000);
    }

    @Test
    void shouldReplaceFileAndLeaveNoOtherWhenWrittenTwice() throws Exception {
        write(recording("First", second(), List.of()));
        String page = write(recording("Second", second(), List.of()));

        assertThat(page).contains("<h1>Second</h1>");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("report.html"));
        }
    }

    @Test
    void shouldFailAndLeaveNothingWhenFolderIsMissing() {
        Path file = folder.resolve("missing").resolve("report.html");

        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> HtmlReport.write(recording("A talk", second(), List.of()), file));
    }

    @Test
    void shouldRefuseWhenNumbersMakeNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConversationRecording(
                        "", Instant.EPOCH, second(), 0, second(), 1, new float[0], 1, 0.5f, List.of(), Map.of()))
                .withMessageContaining("callerRate=0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConversationRecording(
                        "", Instant.EPOCH, second(), 1, second(), 1, new float[0], 1, 1.5f, List.of(), Map.of()))
                .withMessageContaining("vadThreshold=1.5");
    }

    private static List<Map<String, Object>> conversation() {
        return List.of(
                event(0.1, "speech_started", "t1"),
                event(1.0, "transcript", "t1", "text", "Hello", "final", true),
                event(1.3, "speech_ended", "t1"),
                event(1.5, "turn_ended", "t1", "endpointing_delay", 0.5, "transcription_delay", 0.2),
                event(1.5, "state", "t1", "from", "listening", "to", "thinking"),
                event(1.6, "reply_started", "t1"),
                event(1.75, "first_audio", "t1", "ttfb", 0.12),
                event(1.75, "state", "t1", "from", "thinking", "to", "speaking"),
                event(3.0, "speech_started", "t2"),
                event(3.02, "paused", "t1"),
                event(3.5, "interrupted", "t1", "position", 1.27),
                event(3.5, "reply_finished", "t1", "interrupted", true, "heard", "Well,", "text", "Well, hello there."),
                event(5.0, "closed", "t2", "reason", "hangup"));
    }

    private static ConversationRecording recording(String title, short[] audio, List<Map<String, Object>> events) {
        return new ConversationRecording(
                title,
                Instant.parse("2025-11-22T05:38:12Z"),
                audio,
                16_000,
                audio,
                16_000,
                new float[0],
                0.032,
                0.5f,
                events,
                Map.of());
    }

    private static short[] second() {
        return new short[16_000];
    }

    private String write(ConversationRecording recording) throws Exception {
        Path file = folder.resolve("report.html");
        HtmlReport.write(recording, file);
        return Files.readString(file);
    }

    private static JsonNode data(String page) throws Exception {
        Matcher matcher = DATA.matcher(page);
        assertThat(matcher.find()).isTrue();
        return new ObjectMapper().readTree(matcher.group(1));
    }
}
