package dev.duplexvoice.examples.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScannerTest {
    private static final ObjectReader ORACLE = Entry.MAPPER
            .reader()
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .without(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private final KeySet keys = new KeySet();
    private final int level = keys.add("level");
    private final int empty = keys.add("");
    private final JsonScanner scanner = new JsonScanner(keys);

    private boolean scan(String text) {
        // Whatever is around it must not matter.
        byte[] bytes = ("\"x\":" + text + "\"}").getBytes(StandardCharsets.UTF_8);
        return scanner.scan(bytes, 4, bytes.length - 2);
    }

    private @Nullable String value(String text, int key) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(scanner.scan(bytes, 0, bytes.length)).isTrue();
        return scanner.start(key) < 0 ? null : JsonText.text(bytes, scanner.start(key), scanner.end(key));
    }

    private static @Nullable JsonNode parse(String text) {
        try {
            JsonNode node = ORACLE.readTree(text);
            return node != null && node.isObject() ? node : null;
        } catch (IOException e) {
            return null;
        }
    }

    @Test
    void shouldAgreeWithAFullParseOfRandomLines() {
        RandomLines lines = new RandomLines(7);
        int right = 0;
        int wrong = 0;
        for (int i = 0; i < 60_000; i++) {
            String line = lines.any();
            JsonNode whole = parse(line);
            assertThat(scan(line)).as(line).isEqualTo(whole != null);
            if (whole == null) {
                wrong++;
                continue;
            }
            right++;
            for (int key : new int[] {level, empty}) {
                JsonNode expected = whole.get(key == level ? "level" : "");
                String found = value(line, key);
                if (expected == null || expected.isNull()) {
                    assertThat(found).as(line).isNull();
                } else if (expected.isTextual()) {
                    assertThat(found).as(line).isEqualTo(expected.asText());
                } else {
                    assertThat(parse("{\"v\":" + found + "}")).as(line).hasToString("{\"v\":" + expected + "}");
                }
            }
        }
        assertThat(right).isGreaterThan(30_000);
        assertThat(wrong).isGreaterThan(5_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":NaN}",
                "{\"a\":-Infinity,\"b\":Infinity}",
                "{\"a\":\"\u0001 raw\"}",
                "{\"a\":1E+2, \"b\":-0.0}",
                "{ }"
            })
    void shouldTakeWhatLoggersWrite(String text) {
        assertThat(scan(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"a\":1}{",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\" 1}",
                "{\"a\":01}",
                "{\"a\":1.}",
                "{\"a\":.5}",
                "{\"a\":+1}",
                "{\"a\":tru}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":[1 2]}",
                "{\"a\":[}",
                "{\"a\":{]}}"
            })
    void shouldRefuseWhatIsNoJson(String text) {
        assertThat(scan(text)).isFalse();
    }

    @Test
    void shouldTellThatALineIsCutAtEachPlace() {
        String line = "{\"level\":\"ERROR\",\"data\":{\"a\":[1.5e3,true,\"\\u00e9\"]},\"b\":null}";
        for (int length = 1; length < line.length(); length++) {
            byte[] bytes = line.substring(0, length).getBytes(StandardCharsets.UTF_8);
            assertThat(scanner.scan(bytes, 0, bytes.length))
                    .as(line.substring(0, length))
                    .isFalse();
            assertThat(scanner.isCut()).as(line.substring(0, length)).isTrue();
        }
    }

    @Test
    void shouldTakeTheLastOfEqualKeysAndNoNestedOne() {
        assertThat(value(
                        "{\"level\":\"A\",\"x\":{\"level\":\"B\"},\"l\\u0065vel\":\"C\",\"y\":[{\"level\":\"D\"}]}",
                        level))
                .isEqualTo("C");
    }

    @Test
    void shouldNotUseTheStackWhenNestedDeeply() {
        String deep = "{\"a\":" + "[".repeat(998) + "]".repeat(998) + "}";
        assertThat(scan(deep)).isTrue();
        assertThat(scan("{\"a\":" + "[".repeat(1_000_000) + "]".repeat(1_000_000) + "}"))
                .isFalse();
    }

    @Test
    void shouldSayThatThereIsMoreThanAscii() {
        assertThat(scan("{\"abcdefghijk\":\"long enough, and é\"}")).isTrue();
        assertThat(scanner.mayBeBeyondAscii()).isTrue();
    }
}
