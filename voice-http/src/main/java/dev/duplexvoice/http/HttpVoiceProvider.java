package dev.duplexvoice.http;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.model.VoicePack;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.tts.SpeechSynthesizer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Opens the voices of servers by their address, such as {@code http://127.0.0.1:8880/v1?model=kokoro&voice=af_sky}, and voice packs
 * of the family {@code http}.
 *
 * <p>Parameters of an address, and settings of a pack: {@code model} and {@code voice}; {@code format} ({@code pcm} or {@code wav}),
 * {@code rate}, {@code language}, {@code instructions}, {@code extra.FIELD} for any other field of the request, {@code key_env} and
 * {@code key_file} for where the key is, {@code allow_plain_http}, {@code connect_timeout}, {@code first_byte_timeout},
 * {@code stall_timeout} ({@code 500ms}, {@code 5s}), {@code max_requests}, {@code max_text_length}, {@code retries}. A pack has the
 * server's address as {@code url}. {@link HttpVoiceBuilder} says what they mean.
 *
 * <p>An address without {@code key_env} and {@code key_file} is sent the key in the environment variable {@code VOICE_HTTP_KEY}, or in the
 * file that {@code VOICE_HTTP_KEY_FILE} names, if there is one; an empty {@code key_env} sends none. So names of voices are
 * the operator's to give: one that a caller chose could be the address of a server that collects keys.
 */
public final class HttpVoiceProvider implements VoiceProvider {
    private static final String FAMILY = "http";

    private final UnaryOperator<@Nullable String> environment;

    /** A provider that reads keys from the process's environment. */
    public HttpVoiceProvider() {
        this(System::getenv);
    }

    HttpVoiceProvider(UnaryOperator<@Nullable String> environment) {
        this.environment = environment;
    }

    @Override
    public String name() {
        return FAMILY;
    }

    @Override
    public boolean opens(String voice) {
        String lower = voice.toLowerCase(Locale.ROOT);
        return lower.startsWith("http://") || lower.startsWith("https://");
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the address cannot be one of a server, or may be used only with another setting
     */
    @Override
    public SpeechSynthesizer openVoice(String voice) {
        if (!opens(voice)) {
            throw new IllegalArgumentException(
                    "voice=" + voice + ": must be an address that begins with http:// or https://");
        }
        try {
            return VoiceSettings.ofAddress(voice, environment).build();
        } catch (VoiceException e) {
            // The address is the argument: wherever in it the mistake is, it is the same kind of one.
            throw e.code() == VoiceException.Code.INVALID_ARGUMENT
                    ? new IllegalArgumentException(e.getMessage(), e)
                    : e;
        }
    }

    @Override
    public List<String> packFamilies() {
        return List.of(FAMILY);
    }

    /** {@inheritDoc} The pack's sample rate is that of its audio. */
    @Override
    public SpeechSynthesizer openPack(VoicePack pack) {
        Map<String, String> settings = new HashMap<>(pack.settings());
        String url = settings.remove("url");
        try {
            if (url == null) {
                throw new IllegalArgumentException("url is missing: give the server's address in its settings");
            }
            settings.putIfAbsent("rate", String.valueOf(pack.sampleRate()));
            return VoiceSettings.of(url, settings, pack.folder())
                    .name(pack.id())
                    .environment(environment)
                    .build();
        } catch (IllegalArgumentException e) {
            throw new VoiceException(
                    VoiceException.Code.INVALID_ARGUMENT, "voice pack " + pack.id() + ": " + e.getMessage(), e);
        }
    }
}
