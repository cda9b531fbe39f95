package dev.duplexvoice.http;

import java.net.http.HttpHeaders;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a successful answer says that it is. */
final class ContentType {
    private static final Pattern AUDIO =
            Pattern.compile("audio/.*(pcm|wav|l16|raw).*|(application|binary)/octet-stream");
    private static final Pattern RATE = Pattern.compile(";\\s*rate=\"?([0-9]{1,6})");

    private ContentType() {}

    /** Whether it may be samples or a WAV file. Servers that say nothing are believed to do as they were asked. */
    static boolean isAudio(String header) {
        String type = type(header);
        return type.isEmpty() || AUDIO.matcher(type).matches();
    }

    /**
     * @param stated samples per second that it must have; 0 for any
     * @throws Refusal if it is compressed or names another rate
     */
    static void requireUsable(HttpHeaders headers, int stated) throws Refusal {
        String coding = headers.firstValue("content-encoding").orElse("identity");
        if (!coding.equalsIgnoreCase("identity")) {
            throw new Refusal("sends its audio compressed, which it was not asked to");
        }
        Matcher rate =
                RATE.matcher(headers.firstValue("content-type").orElse("").toLowerCase(Locale.ROOT));
        if (stated != 0 && rate.find() && Integer.parseInt(rate.group(1)) != stated) {
            throw new Refusal("sends audio at " + rate.group(1) + " Hz, and this voice was opened with " + stated
                    + ": state rate=" + rate.group(1));
        }
    }

    static String type(String header) {
        return header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }
}
