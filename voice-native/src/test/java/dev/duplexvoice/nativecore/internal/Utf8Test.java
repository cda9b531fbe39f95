package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "naïve café", "日本語", "a😀b", "\u0000\u007f\u0080\u07ff\u0800\uffff"})
    void shouldEncodeAsTheJdkDoesWhenTextIsWellFormed(String text) {
        assertThat(encode(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldPutTheReplacementCharacterWhenASurrogateIsAlone() {
        assertThat(decoded("\ud800")).isEqualTo("\ufffd");
        assertThat(decoded("a\udc00b")).isEqualTo("a\ufffdb");
        assertThat(decoded("\udc00\ud800")).isEqualTo("\ufffd\ufffd");
        assertThat(decoded("\ud83d\ud83d\ude00")).isEqualTo("\ufffd\ud83d\ude00");
        assertThat(decoded("end\ud83d")).isEqualTo("end\ufffd");
    }

    private static String decoded(String text) {
        return new String(encode(text), StandardCharsets.UTF_8);
    }

    @Test
    void shouldNameTheCharacterOfEachByteWhenAsked() {
        String text = "aé日😀\ud800z";
        int[] indices = Utf8.charIndices(text, encode(text).length);
        assertThat(indices).containsExactly(0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 5, 5, 5, 6, 7);
    }

    private static byte[] encode(String text) {
        ByteBuffer target = ByteBuffer.allocate(text.length() * Utf8.MAX_BYTES_PER_CHAR);
        byte[] bytes = new byte[Utf8.encode(text, target)];
        target.get(0, bytes);
        return bytes;
    }
}
