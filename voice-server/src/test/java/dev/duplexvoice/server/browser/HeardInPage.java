package dev.duplexvoice.server.browser;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * What the page's microphone took and what its loudspeaker was given, on the audio's own clock: sample n of both was at the same time.
 *
 * @param rate samples a second
 * @param microphone from the first block on
 * @param loudspeaker from the first block on
 * @param flushes where the playout was told to drop what it had, in samples from the first block
 * @param holds where it was told to wait
 */
record HeardInPage(int rate, short[] microphone, short[] loudspeaker, List<Integer> flushes, List<Integer> holds) {

    /** Before the page is opened. The page's policy lets worklets come from its server only, so that is where console/test-tap.js is. */
    static void listenAt(Page page) {
        page.addInitScript(resource("tap.js"));
    }

    /** All so far. */
    @SuppressWarnings("unchecked")
    static HeardInPage of(Page page) {
        Map<String, Object> heard = (Map<String, Object>) page.evaluate("voiceTap()");
        int first = number(heard.get("first"));
        return new HeardInPage(
                number(heard.get("rate")),
                samples((String) heard.get("microphone")),
                samples((String) heard.get("loudspeaker")),
                places(heard.get("flushes"), first),
                places(heard.get("holds"), first));
    }

    private static List<Integer> places(Object frames, int first) {
        return ((List<?>) frames).stream().map(frame -> number(frame) - first).toList();
    }

    private static int number(Object value) {
        return ((Number) value).intValue();
    }

    private static short[] samples(String base64) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
        short[] samples = new short[bytes.remaining() / Short.BYTES];
        bytes.asShortBuffer().get(samples);
        return samples;
    }

    private static String resource(String name) {
        try (InputStream in = HeardInPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError(name + " is not among the test's resources");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
