package dev.duplexvoice.http;

import dev.duplexvoice.VoiceException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Describes an {@link HttpVoice}; not thread-safe. Durations are 1 ms to 10 minutes. */
public final class HttpVoiceBuilder {
    private static final int DEFAULT_PCM_RATE = 24_000;
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Set<String> OWN_FIELDS = Set.of("model", "input", "voice", "response_format", "speed");

    private final String server;
    private final String model;
    private final String voice;
    private final Map<String, String> extra = new LinkedHashMap<>();
    private String name;
    private ResponseFormat format = ResponseFormat.PCM;
    private int sampleRate;
    private @Nullable String keyVariable;
    private @Nullable Path keyFile;
    private boolean plainHttpAllowed;
    private Duration connectTimeout = Duration.ofSeconds(3);
    private Duration firstByteTimeout = Duration.ofSeconds(10);
    private Duration stallTimeout = Duration.ofSeconds(5);
    private int maxRequests = 64;
    private int maxTextLength = 4_096;
    private int retries = 2;
    private Duration retryDelay = Duration.ofMillis(200);
    private Duration maxBuffered = Duration.ofSeconds(10);
    private @Nullable SSLContext sslContext;
    private UnaryOperator<@Nullable String> environment = System::getenv;
    private Timers timers = Timers.system();
    private RandomGenerator random = new Random();

    HttpVoiceBuilder(String server, String model, String voice) {
        this.server = Objects.requireNonNull(server, "server");
        this.model = requireText("model", model);
        this.voice = requireText("voice", voice);
        this.name = voice;
    }

    /** What events and metrics call the voice; the voice's name at the server by default. */
    public HttpVoiceBuilder name(String value) {
        name = requireText("name", value);
        return this;
    }

    /** What the server is asked to send; PCM by default. A server that sends WAV all the same is understood. */
    public HttpVoiceBuilder format(ResponseFormat value) {
        format = Objects.requireNonNull(value);
        return this;
    }

    /**
     * Samples per second of the audio, 8,000 to 48,000. Without this, PCM is taken to have 24,000, and the rate of WAV is read from the
     * first one: {@link #build} then asks the server for a word. Audio at another rate is refused.
     */
    public HttpVoiceBuilder sampleRate(int value) {
        if (value < Settings.LOWEST_RATE || value > Settings.HIGHEST_RATE) {
            throw new IllegalArgumentException(
                    "rate=" + value + ": must be " + Settings.LOWEST_RATE + " to " + Settings.HIGHEST_RATE + " Hz");
        }
        sampleRate = value;
        return this;
    }

    /**
     * A further field of each request, a text: {@code instructions}, {@code language}, {@code lang_code}, whatever the server takes.
     *
     * @throws IllegalArgumentException if the name is blank or one of those that every request has
     */
    public HttpVoiceBuilder extra(String field, String value) {
        requireText("extra", field);
        if (OWN_FIELDS.contains(field)) {
            throw new IllegalArgumentException("extra=" + field + ": is a field that every request has already");
        }
        extra.put(field, SpeechRequest.valid(value));
        return this;
    }

    /** The environment variable that holds the server's key, sent as a bearer token; none by default. */
    public HttpVoiceBuilder keyFromEnvironment(String variable) {
        keyVariable = requireText("key_env", variable);
        keyFile = null;
        return this;
    }

    /** The file that holds the server's key, sent as a bearer token. It is read for each request, so a new key needs no restart. */
    public HttpVoiceBuilder keyFromFile(Path file) {
        keyFile = Objects.requireNonNull(file);
        keyVariable = null;
        return this;
    }

    /**
     * Allows {@code http://} to any server. By default it is allowed to this machine, and without a key to private networks; whoever is
     * on the way can read what is said, and the key.
     */
    public HttpVoiceBuilder allowPlainHttp() {
        plainHttpAllowed = true;
        return this;
    }

    /** Trusts other certificate authorities than the JDK does: those of a private network, for one. */
    public HttpVoiceBuilder sslContext(SSLContext value) {
        sslContext = Objects.requireNonNull(value);
        return this;
    }

    /** How long a connection may take; 3 s by default. */
    public HttpVoiceBuilder connectTimeout(Duration value) {
        connectTimeout = requireTime("connect_timeout", value);
        return this;
    }

    /** How long the first sample may take from the request on, and a place among the requests before that; 10 s by default. */
    public HttpVoiceBuilder firstByteTimeout(Duration value) {
        firstByteTimeout = requireTime("first_byte_timeout", value);
        return this;
    }

    /** How long the server may send nothing in the middle of its audio, while it is wanted; 5 s by default. */
    public HttpVoiceBuilder stallTimeout(Duration value) {
        stallTimeout = requireTime("stall_timeout", value);
        return this;
    }

    /** Requests under way at a time, 1 to 10,000; 64 by default. More streams wait for their turn. */
    public HttpVoiceBuilder maxRequests(int value) {
        maxRequests = requireRange("max_requests", value, 1, 10_000);
        return this;
    }

    /** The longest text of one request in characters, 1 to 100,000; 4,096, OpenAI's limit, by default. */
    public HttpVoiceBuilder maxTextLength(int value) {
        maxTextLength = requireRange("max_text_length", value, 1, 100_000);
        return this;
    }

    /** How often a request is tried again before its first sample, 0 to 10; 2 by default. */
    public HttpVoiceBuilder retries(int value) {
        retries = requireRange("retries", value, 0, 10);
        return this;
    }

    /**
     * The wait before the first retry, 200 ms by default; it doubles each time, and each wait is shortened by up to a half, by chance. What
     * the server asks for ({@code Retry-After}) is added; if that is more than 5 s, it is a failure at once.
     */
    public HttpVoiceBuilder retryDelay(Duration value) {
        retryDelay = requireTime("retry_delay", value);
        return this;
    }

    /** Audio of one stream that may wait for its reader before the server has to; 10 s by default, at least 100 ms. */
    public HttpVoiceBuilder maxBuffered(Duration value) {
        maxBuffered = requireTime("max_buffered", value);
        if (value.toMillis() < 100) {
            throw new IllegalArgumentException("max_buffered=" + value.toMillis() + "ms: must be at least 100 ms");
        }
        return this;
    }

    /** Where environment variables are read. */
    HttpVoiceBuilder environment(UnaryOperator<@Nullable String> value) {
        environment = value;
        return this;
    }

    /** Time and chance. */
    HttpVoiceBuilder timing(Timers given, RandomGenerator chance) {
        timers = given;
        random = chance;
        return this;
    }

    /**
     * The voice. Reaches no server, but for WAV without a stated rate, which waits for the answer to one word.
     *
     * @throws VoiceException if the address cannot be used or would need {@link #allowPlainHttp}, the key is missing, or the server does
     *     not answer with audio
     */
    public HttpVoice build() {
        ApiKey key = null;
        if (keyFile != null) {
            key = ApiKey.inFile(keyFile);
        } else if (keyVariable != null) {
            key = ApiKey.inVariable(keyVariable, environment);
        }
        if (key != null) {
            key.read(); // a missing key is told now and not to the first caller
        }
        Endpoint endpoint = Endpoint.of(uri(), key != null, plainHttpAllowed);
        int rate = sampleRate == 0 && format == ResponseFormat.PCM ? DEFAULT_PCM_RATE : sampleRate;
        Settings settings = new Settings(
                name,
                endpoint,
                key,
                SpeechRequest.valid(model),
                SpeechRequest.valid(voice),
                format,
                rate,
                Collections.unmodifiableMap(new LinkedHashMap<>(extra)),
                firstByteTimeout,
                stallTimeout,
                maxTextLength,
                retries,
                retryDelay,
                maxBuffered);
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout)
                .executor(Timers.THREADS);
        if (sslContext != null) {
            client.sslContext(sslContext);
        }
        return new HttpVoice(new SpeechCalls(settings, client.build(), maxRequests, timers, random));
    }

    private URI uri() {
        try {
            return new URI(server);
        } catch (URISyntaxException e) {
            throw new VoiceException(
                    VoiceException.Code.INVALID_ARGUMENT,
                    "the address of a server cannot be read: its character " + (e.getIndex() + 1)
                            + " must be written as % and two digits, or is not wanted there");
        }
    }

    private static String requireText(String option, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(option + "=" + value + ": must not be blank");
        }
        return value;
    }

    private static Duration requireTime(String option, Duration value) {
        if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    option + "=" + value + ": must be 1 ms to " + LONGEST.toMinutes() + " minutes");
        }
        return value;
    }

    private static int requireRange(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(option + "=" + value + ": must be " + least + " to " + most);
        }
        return value;
    }
}
