package dev.duplexvoice.http;

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

    /** @throws Refusal if it names another rate than that stated */
    static void requireRate(String header, int stated) throws Refusal {
        Matcher rate = RATE.matcher(header.toLowerCase(Locale.ROOT));
        if (stated != 0 && rate.find() && Integer.parseInt(rate.group(1)) != stated) {
            throw new Refusal("sends audio at " + rate.group(1) + " Hz, and this voice was opened with " + stated
                    + ": state rate=" + rate.group(1));
        }
    }

    static String type(String header) {
        return header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }
}
