package dev.duplexvoice.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A voice described by words: an address with parameters, or the settings of a voice pack. Messages name a setting and not its value
 * where the value may be a secret.
 */
final class VoiceSettings {
    static final String KEY_VARIABLE = "VOICE_HTTP_KEY";
    static final String KEY_FILE_VARIABLE = "VOICE_HTTP_KEY_FILE";

    private static final String KNOWN =
            "model, voice, format, rate, language, instructions, extra.FIELD, key_env, key_file, allow_plain_http,"
                    + " connect_timeout, first_byte_timeout, stall_timeout, max_requests, max_text_length, retries";
    private static final String EXTRA = "extra.";

    private VoiceSettings() {}

    /** The voice of an address such as {@code https://host/v1?model=kokoro&voice=af_sky}. */
    static HttpVoiceBuilder ofAddress(String address, UnaryOperator<@Nullable String> environment) {
        int mark = address.indexOf('?');
        Map<String, String> settings = parameters(mark < 0 ? "" : address.substring(mark + 1));
        HttpVoiceBuilder builder = of(mark < 0 ? address : address.substring(0, mark), settings, Path.of(""));
        if (!settings.containsKey("key_env") && !settings.containsKey("key_file")) {
            String file = environment.apply(KEY_FILE_VARIABLE);
            String key = environment.apply(KEY_VARIABLE);
            if (file != null && !file.isBlank()) {
                builder.keyFromFile(Path.of(file));
            } else if (key != null && !key.isBlank()) {
                builder.keyFromEnvironment(KEY_VARIABLE);
            }
        }
        return builder.environment(environment);
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String parameter : query.split("&")) {
            if (!parameter.isEmpty()) {
                int equals = parameter.indexOf('=');
                String name = decoded(equals < 0 ? parameter : parameter.substring(0, equals));
                parameters.put(name, equals < 0 ? "" : decoded(parameter.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a parameter of the voice's address has a % without two digits");
        }
    }

    /**
     * A voice of these settings.
     *
     * @param folder where a relative key_file is
     */
    static HttpVoiceBuilder of(String server, Map<String, String> settings, Path folder) {
        HttpVoiceBuilder builder = HttpVoice.builder(server, required(settings, "model"), required(settings, "voice"));
        settings.forEach((name, value) -> set(builder, name, value, folder));
        return builder;
    }

    private static String required(Map<String, String> settings, String name) {
        String value = settings.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(
                    name + " is missing: an address ends in ?model=…&voice=…, a voice pack has them in its settings");
        }
        return value;
    }

    private static void set(HttpVoiceBuilder builder, String name, String value, Path folder) {
        switch (name) {
            case "model", "voice" -> {}
            case "format" -> builder.format(ResponseFormat.of(value));
            case "rate" -> builder.sampleRate(number(name, value));
            case "language", "instructions" -> builder.extra(name, value);
            case "key_env" -> {
                if (!value.isEmpty()) { // empty: no key, whatever the environment holds
                    builder.keyFromEnvironment(value);
                }
            }
            case "key_file" -> {
                if (!value.isEmpty()) {
                    builder.keyFromFile(folder.resolve(value));
                }
            }
            case "allow_plain_http" -> {
                if (flag(name, value)) {
                    builder.allowPlainHttp();
                }
            }
            case "connect_timeout" -> builder.connectTimeout(time(name, value));
            case "first_byte_timeout" -> builder.firstByteTimeout(time(name, value));
            case "stall_timeout" -> builder.stallTimeout(time(name, value));
            case "max_requests" -> builder.maxRequests(number(name, value));
            case "max_text_length" -> builder.maxTextLength(number(name, value));
            case "retries" -> builder.retries(number(name, value));
            default -> {
                if (!name.startsWith(EXTRA)) {
                    throw new IllegalArgumentException(Words.of(name)
                            + ": is no setting of an HTTP voice (a key is never one); there are " + KNOWN);
                }
                builder.extra(name.substring(EXTRA.length()), value);
            }
        }
    }

    private static int number(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + "=" + Words.of(value) + ": must be a whole number");
        }
    }

    private static boolean flag(String name, String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException(name + "=" + Words.of(value) + ": must be true or false");
        }
        return value.equals("true");
    }

    private static Duration time(String name, String value) {
        if (!value.matches("[0-9]{1,9}(ms|s)")) {
            throw new IllegalArgumentException(name + "=" + Words.of(value) + ": must be like 500ms or 5s");
        }
        return value.endsWith("ms")
                ? Duration.ofMillis(Long.parseLong(value.substring(0, value.length() - 2)))
                : Duration.ofSeconds(Long.parseLong(value.substring(0, value.length() - 1)));
    }
}
