package dev.duplexvoice.grpc;

import dev.duplexvoice.grpc.internal.BearerInterceptor;
import dev.duplexvoice.grpc.internal.ClientTls;
import dev.duplexvoice.grpc.internal.RemoteSessions;
import dev.duplexvoice.grpc.internal.RemoteSettings;
import dev.duplexvoice.grpc.internal.RemoteStream;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A voice at a worker. A session does not know the difference: word times come along where the worker knows them, reading blocks no
 * thread, a reader that does not read stops the worker's synthesis, and a cancel closes the call at once.
 *
 * <pre>{@code
 * SpeechSynthesizer voice = RemoteSynthesizer.builder("speech.internal:7001").voice("slt").build();
 * engine.open(SessionOptions.builder().synthesizer(voice).build());
 * }</pre>
 *
 * <p>A call that fails before the first audio is tried again; after it, or when all attempts have failed, the read throws a {@link
 * dev.duplexvoice.VoiceException} with SYNTHESIS that names the worker and the status, which its cause, an {@link
 * io.grpc.StatusRuntimeException}, has too. Thread-safe.
 */
public final class RemoteSynthesizer implements SpeechSynthesizer {
    /** More than a connection with TLS takes within a data centre, and little to wait for a worker that is gone. */
    private static final int RECONNECT_MILLIS = 250;

    private final String voice;
    private final int maxTextLength;
    private final RemoteSettings settings;
    private final List<ManagedChannel> owned;
    private final RemoteSessions sessions;
    private final ScheduledThreadPoolExecutor timers;
    private volatile VoiceTelemetry telemetry = VoiceTelemetry.disabled();
    private int running;
    private boolean closed;
    private boolean freed;

    private RemoteSynthesizer(Builder builder) {
        settings = builder.settings();
        voice = builder.voice.isEmpty() ? builder.target : builder.voice;
        maxTextLength = builder.maxTextLength;
        owned = builder.channel == null ? builder.connect() : List.of();
        List<Channel> channels = new ArrayList<>();
        for (Channel channel : builder.channel == null ? owned : List.of(builder.channel)) {
            channels.add(ClientInterceptors.interceptForward(authorized(channel, builder.token), builder.interceptors));
        }
        sessions = new RemoteSessions(settings, channels, this::whenConnected);
        timers = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "voice-remote-timer");
            thread.setDaemon(true);
            return thread;
        });
        timers.setRemoveOnCancelPolicy(true);
        if (builder.spareSessions > 0) {
            sessions.prepare(1, 1);
        }
    }

    /** A call over a connection that has failed would fail too, however long ago that was; so it is tried again first. */
    private void whenConnected(Runnable then) {
        List<ManagedChannel> failed = owned.stream()
                .filter(channel -> channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE)
                .toList();
        if (failed.isEmpty()) {
            then.run();
            return;
        }
        AtomicBoolean done = new AtomicBoolean();
        Runnable once = () -> {
            if (done.compareAndSet(false, true)) {
                then.run();
            }
        };
        for (ManagedChannel channel : failed) {
            channel.resetConnectBackoff();
            channel.notifyWhenStateChanged(ConnectivityState.TRANSIENT_FAILURE, once);
        }
        timers.schedule(once, RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static Channel authorized(Channel channel, @Nullable BearerToken token) {
        if (token == null) {
            return channel;
        }
        Metadata headers = new Metadata();
        headers.put(BearerInterceptor.AUTHORIZATION, token.header());
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    /**
     * A builder for a worker, or for several of them that a name stands for.
     *
     * @param target {@code host:port}, or another that gRPC resolves, such as {@code dns:///speech.internal:7001}
     */
    public static Builder builder(String target) {
        return new Builder(target, null);
    }

    /**
     * A builder over a channel of the host's, who shuts it down.
     *
     * @param name of what is called, for messages
     */
    public static Builder builder(Channel channel, String name) {
        return new Builder(name, Objects.requireNonNull(channel, "channel"));
    }

    @Override
    public String family() {
        return "grpc";
    }

    @Override
    public boolean isRemote() {
        return true;
    }

    @Override
    public void telemetry(VoiceTelemetry value) {
        telemetry = value;
    }

    /** The voice that was asked for; the target if that is the worker's default. */
    @Override
    public String voice() {
        return voice;
    }

    @Override
    public int sampleRate() {
        return settings.sampleRate();
    }

    @Override
    public int maxTextLength() {
        return maxTextLength;
    }

    /** {@inheritDoc} Does not wait: what the worker answers, a refusal too, is told by the stream. */
    @Override
    public SynthesisStream start(SynthesisRequest request, Runnable readable) {
        int length = request.text().length();
        if (length > maxTextLength) {
            throw new IllegalArgumentException(
                    "text.length=" + length + ": at most " + maxTextLength + " characters, split it into sentences");
        }
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("voice " + voice + " is closed");
            }
            running++;
        }
        RemoteStream stream = new RemoteStream(settings, sessions, timers, request, readable, telemetry, this::ended);
        stream.begin();
        return stream;
    }

    private void ended() {
        synchronized (this) {
            running--;
        }
        freeIfUnused();
    }

    /** {@inheritDoc} Sessions at the worker are ended, and own connections closed, with the last stream. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        freeIfUnused();
    }

    private void freeIfUnused() {
        synchronized (this) {
            if (!closed || running > 0 || freed) {
                return;
            }
            freed = true;
        }
        // What was called last, the end of the sessions, still goes out.
        sessions.close(() -> owned.forEach(ManagedChannel::shutdown));
        timers.shutdown();
    }

    /** Collects what a remote voice is made of; not thread-safe. */
    public static final class Builder {
        private static final int WINDOW_BYTES = 65_535;
        private static final int MESSAGE_BYTES = 1 << 20;

        private final String target;
        private final @Nullable Channel channel;
        private String voice = "";
        private int sampleRate = 48_000;
        private int maxTextLength = 10_000;
        private int connections = 1;
        private int spareSessions = 4;
        private int attempts = 3;
        private Duration backoff = Duration.ofMillis(100);
        private Duration sessionDeadline = Duration.ofSeconds(10);
        private Duration stallTimeout = Duration.ofSeconds(2);
        private Duration callDeadline = Duration.ofMinutes(5);
        private @Nullable TlsFiles tls;
        private @Nullable String authority;
        private @Nullable BearerToken token;
        private final List<ClientInterceptor> interceptors = new ArrayList<>();

        private Builder(String target, @Nullable Channel channel) {
            if (target.isBlank()) {
                throw new IllegalArgumentException("target=" + target + ": must not be blank; give host:port");
            }
            this.target = target;
            this.channel = channel;
        }

        /** The worker's voice; its default if this is not called. */
        public Builder voice(String value) {
            voice = Objects.requireNonNull(value);
            return this;
        }

        /** Samples per second: 8000, 16000, 24000 or 48000; 48000 by default, which every worker has. */
        public Builder sampleRate(int value) {
            if (value != 8_000 && value != 16_000 && value != 24_000 && value != 48_000) {
                throw new IllegalArgumentException("sampleRate=" + value + ": must be 8000, 16000, 24000 or 48000");
            }
            sampleRate = value;
            return this;
        }

        /** Characters of one text, 2 to 100,000; 10,000 by default. */
        public Builder maxTextLength(int value) {
            maxTextLength = inRange("maxTextLength", value, 2, 100_000);
            return this;
        }

        /** Connections over which sessions are spread, 1 to 64; 1 by default. Not for a channel of the host's. */
        public Builder connections(int value) {
            connections = inRange("connections", value, 1, 64);
            return this;
        }

        /**
         * Sessions at the worker that are kept for the next texts, 0 to 10,000; 4 by default. As many texts as begin at the same time
         * have their first audio without waiting for a StartSession.
         */
        public Builder spareSessions(int value) {
            spareSessions = inRange("spareSessions", value, 0, 10_000);
            return this;
        }

        /** Calls for one text before the first audio, 1 to 10; 3 by default. */
        public Builder attempts(int value) {
            attempts = inRange("attempts", value, 1, 10);
            return this;
        }

        /** The longest wait before the second attempt, 1 ms to 10 s; 100 ms by default. It doubles with each further one. */
        public Builder backoff(Duration value) {
            backoff = inRange("backoff", value, Duration.ofMillis(1), Duration.ofSeconds(10));
            return this;
        }

        /** For StartSession, which may have to load the voice, 10 ms to 10 min; 10 s by default. */
        public Builder sessionDeadline(Duration value) {
            sessionDeadline = inRange("sessionDeadline", value, Duration.ofMillis(10), Duration.ofMinutes(10));
            return this;
        }

        /** For the next audio while somebody waits for it, 10 ms to 10 min; 2 s by default. */
        public Builder stallTimeout(Duration value) {
            stallTimeout = inRange("stallTimeout", value, Duration.ofMillis(10), Duration.ofMinutes(10));
            return this;
        }

        /**
         * For one text from first to last, 10 ms to 24 h; 5 min by default. Its audio is fetched as it is played, so this must be longer
         * than the longest text sounds.
         */
        public Builder callDeadline(Duration value) {
            callDeadline = inRange("callDeadline", value, Duration.ofMillis(10), Duration.ofHours(24));
            return this;
        }

        /** TLS, with an own certificate if the worker asks for one; none by default. Not for a channel of the host's. */
        public Builder tls(TlsFiles value) {
            tls = Objects.requireNonNull(value);
            return this;
        }

        /**
         * The name that the worker's certificate must be of; that of the target by default. For targets that are addresses, as workers that
         * DNS found are, whose certificate is of their service's name. Not for a channel of the host's.
         */
        public Builder authority(String value) {
            if (value.isBlank()) {
                throw new IllegalArgumentException(
                        "authority=" + value + ": must not be blank; give a name of the worker's certificate");
            }
            authority = value;
            return this;
        }

        /** Shown to the worker; nothing by default. */
        public Builder token(BearerToken value) {
            token = Objects.requireNonNull(value);
            return this;
        }

        /** Sees every call to the worker, the first that is given first: tracing, an identity of another kind. */
        public Builder intercept(ClientInterceptor value) {
            interceptors.add(Objects.requireNonNull(value));
            return this;
        }

        private static int inRange(String key, int value, int min, int max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException(key + "=" + value + ": must be " + min + " to " + max);
            }
            return value;
        }

        private static Duration inRange(String key, Duration value, Duration min, Duration max) {
            if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
                throw new IllegalArgumentException(key + "=" + value.toMillis() + "ms: must be " + min.toMillis()
                        + " to " + max.toMillis() + " ms");
            }
            return value;
        }

        private RemoteSettings settings() {
            return new RemoteSettings(
                    target,
                    voice,
                    sampleRate,
                    spareSessions,
                    attempts,
                    backoff,
                    sessionDeadline,
                    stallTimeout,
                    callDeadline);
        }

        private List<ManagedChannel> connect() {
            ChannelCredentials credentials = ClientTls.credentials(tls);
            List<ManagedChannel> channels = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                NettyChannelBuilder connecting = NettyChannelBuilder.forTarget(target, credentials);
                if (authority != null) {
                    connecting.overrideAuthority(authority);
                }
                channels.add(connecting
                        // Half a second of audio for a reader that does not read; the rest waits at the worker.
                        .flowControlWindow(WINDOW_BYTES)
                        .maxInboundMessageSize(MESSAGE_BYTES)
                        .keepAliveTime(20, TimeUnit.SECONDS)
                        .keepAliveTimeout(5, TimeUnit.SECONDS)
                        // Only in calls, and only if nothing comes: servers as they are by default disconnect who asks
                        // more often.
                        .keepAliveWithoutCalls(false)
                        // Runs nothing but what fills the queues and wakes readers.
                        .directExecutor()
                        // Attempts are counted here.
                        .disableRetry()
                        .build());
            }
            return channels;
        }

        /**
         * The voice. It connects at once and does not wait for it.
         *
         * @throws IllegalArgumentException if the target or a file cannot be used
         */
        public RemoteSynthesizer build() {
            return new RemoteSynthesizer(this);
        }
    }
}
