package dev.duplexvoice.grpc.converse;

import dev.duplexvoice.AudioSink;
import dev.duplexvoice.CloseReason;
import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.grpc.internal.Refusal;
import dev.duplexvoice.grpc.proto.v1.ConverseRequest;
import dev.duplexvoice.grpc.proto.v1.ConverseResponse;
import dev.duplexvoice.grpc.proto.v1.Open;
import dev.duplexvoice.grpc.proto.v1.Opened;
import dev.duplexvoice.grpc.proto.v1.Side;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Converse: a session and the call that brings it its client. Messages come in one at a time on gRPC's threads, the next one when the
 * one before it was taken; what goes out comes from the engine's workers.
 */
final class SessionCall implements StreamObserver<ConverseRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(SessionCall.class);
    private static final String METHOD = "Converse";
    private static final String VOICE = "voice.name";
    private static final int LONGEST_REASON = 1_000;
    /** How much the transport may hold for a client that does not read: 160 ms of audio. */
    private static final int HELD_BYTES = 16_384;

    private final ServerCallStreamObserver<ConverseResponse> call;
    private final Outbox outbox;
    private final VoiceEngine engine;
    private final BiConsumer<Map<String, String>, SessionOptions.Builder> configure;
    private final Executor openers;
    private final LongSupplier nanoTime;
    private final Object lock = new Object();
    private boolean over;
    private boolean halfClosed;
    private @Nullable DuplexSession session;

    /** What takes messages once the session is open; gRPC's thread's. */
    private volatile @Nullable SessionInput input;

    /** Open has come. */
    private boolean opening;

    /** Counts this out of the calls without Open. */
    private final Runnable countOut;

    SessionCall(
            ServerCallStreamObserver<ConverseResponse> call,
            VoiceEngine engine,
            BiConsumer<Map<String, String>, SessionOptions.Builder> configure,
            Executor openers,
            Unopened unopened,
            LongSupplier nanoTime) {
        this.call = call;
        this.outbox = new Outbox(call);
        this.engine = engine;
        this.configure = configure;
        this.openers = openers;
        this.nanoTime = nanoTime;
        call.setOnReadyThreshold(HELD_BYTES);
        call.setOnReadyHandler(outbox::send);
        call.setOnCancelHandler(this::cancelled);
        call.disableAutoRequest();
        countOut = begin(unopened);
        call.request(1);
    }

    private Runnable begin(Unopened unopened) {
        try {
            return unopened.begin(this::refuse);
        } catch (StatusRuntimeException e) {
            refuse(e);
            return () -> {};
        }
    }

    // ------------------------------------------------------------------------------------------ the client

    @Override
    public void onNext(ConverseRequest request) {
        if (isOver()) {
            return;
        }
        try {
            SessionInput open = input;
            if (open != null) {
                open.take(request);
            } else if (request.hasOpen()) {
                opening = true;
                countOut.run();
                // The call's context goes along: whose it is, and its trace.
                openers.execute(Context.current().wrap(() -> open(request.getOpen())));
                // Nothing else is taken meanwhile.
                return;
            } else {
                throw Status.FAILED_PRECONDITION
                        .withDescription(request.getRequestCase().name().toLowerCase(Locale.ROOT)
                                + " before open: send Open first")
                        .asRuntimeException();
            }
        } catch (RuntimeException e) {
            countOut.run();
            refuse(e);
            return;
        }
        call.request(1);
    }

    /** The client has nothing more to say, and so the conversation is over. */
    @Override
    public void onCompleted() {
        if (!opening) {
            countOut.run();
            refuse(Status.INVALID_ARGUMENT
                    .withDescription("no message: send Open, and keep the call open for as long as the session lasts")
                    .asRuntimeException());
            return;
        }
        synchronized (lock) {
            halfClosed = true;
        }
        closeSession();
    }

    @Override
    public void onError(Throwable failure) {
        cancelled();
    }

    private void cancelled() {
        countOut.run();
        outbox.discard();
        if (takeOver()) {
            closeSession();
        }
    }

    private void refuse(RuntimeException failure) {
        if (takeOver()) {
            Status status = failure instanceof StatusRuntimeException e ? e.getStatus() : Refusal.status(failure);
            outbox.end(Refusal.of(readable(status), METHOD, id()).getStatus());
            closeSession();
        }
    }

    /** Names what the client sent in one line that fits into the trailers and the log. */
    private static Status readable(Status status) {
        String text = Objects.requireNonNullElse(status.getDescription(), "").replaceAll("\\p{Cntrl}", "?");
        return status.withDescription(text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) + "…" : text);
    }

    /** Who ends the call, and says why, is the one for whom this is true. */
    private boolean takeOver() {
        synchronized (lock) {
            boolean first = !over;
            over = true;
            return first;
        }
    }

    private void closeSession() {
        DuplexSession open;
        synchronized (lock) {
            open = session;
        }
        if (open != null) {
            open.close();
        }
    }

    private boolean isOver() {
        synchronized (lock) {
            return over;
        }
    }

    private String id() {
        synchronized (lock) {
            return session == null ? "" : session.id();
        }
    }

    // ------------------------------------------------------------------------------------------ the session

    private void open(Open open) {
        if (isOver()) {
            return;
        }
        try {
            ClientResponder responder =
                    open.getResponder() == Side.SIDE_CLIENT ? new ClientResponder(this::send) : null;
            ClientRecognizer recognizer =
                    open.getRecognizer() == Side.SIDE_CLIENT ? new ClientRecognizer(this::send) : null;
            SessionOptions options = options(open, responder, recognizer);
            opened(session(options, open.getOptionsOrDefault(VOICE, "").strip()), responder, recognizer);
        } catch (RuntimeException e) {
            refuse(e);
        } catch (Error e) {
            // A library that is missing, for one. The client would wait for as long as its call may last.
            refuse(Status.INTERNAL
                    .withDescription("the session could not be opened: " + e)
                    .withCause(e)
                    .asRuntimeException());
        }
    }

    private SessionOptions options(
            Open open, @Nullable ClientResponder responder, @Nullable ClientRecognizer recognizer) {
        SessionOptions.Builder builder = SessionOptions.builder().transport("grpc");
        open.getOptionsMap().forEach(builder::set);
        if (open.getInputSampleRate() != 0) {
            builder.input(new AudioFormat(open.getInputSampleRate()));
        }
        if (open.getOutputSampleRate() != 0) {
            builder.output(new AudioFormat(open.getOutputSampleRate()));
        }
        if (open.getExternalSpeech()) {
            builder.externalSpeech();
        }
        configure.accept(open.getOptionsMap(), builder);
        if (responder != null) {
            builder.responder(responder);
        }
        if (recognizer != null) {
            builder.recognizer(recognizer);
        }
        Output output = new Output();
        SessionOptions options = builder.listener(output::on).audioSink(output).build();
        requireMeans("responder", open.getResponder(), options.responder() != null, "sends ReplyText");
        requireMeans("recognizer", open.getRecognizer(), options.recognizer() != null, "sends Transcript");
        return options;
    }

    /** @param voice what the client asked for: an engine also takes paths, and that must not become one */
    private DuplexSession session(SessionOptions options, String voice) {
        try {
            if (!voice.isEmpty()
                    && options.synthesizer() == null
                    && !engine.voices().contains(voice)) {
                throw Status.NOT_FOUND
                        .withDescription(VOICE + "=" + Refusal.shown(voice) + ": there is no such voice; use one of "
                                + String.join(", ", engine.voices()))
                        .asRuntimeException();
            }
            return engine.open(options);
        } catch (IllegalStateException e) {
            // The engine is closed.
            throw Status.UNAVAILABLE
                    .withDescription(e.getMessage())
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    private static void requireMeans(String what, Side side, boolean there, String client) {
        if (side == Side.UNRECOGNIZED || (side == Side.SIDE_SERVER && !there)) {
            String cause = side == Side.UNRECOGNIZED ? "unknown" : "this server has none";
            throw Status.INVALID_ARGUMENT
                    .withDescription(what + "=" + side + ": " + cause + "; use SIDE_CLIENT for a client that " + client)
                    .asRuntimeException();
        }
    }

    private void opened(
            DuplexSession opened, @Nullable ClientResponder responder, @Nullable ClientRecognizer recognizer) {
        boolean close;
        synchronized (lock) {
            session = opened;
            close = over || halfClosed;
        }
        SessionOptions options = opened.options();
        LOG.atInfo()
                .addKeyValue("session_id", opened.id())
                .addKeyValue("input_rate", options.input().sampleRate())
                .addKeyValue("output_rate", options.output().sampleRate())
                .log("A conversation was opened");
        outbox.begin(ConverseResponse.newBuilder()
                .setOpened(Opened.newBuilder()
                        .setSessionId(opened.id())
                        .setInputSampleRate(options.input().sampleRate())
                        .setOutputSampleRate(options.output().sampleRate())
                        .setFrameDurationMs(AudioFormat.FRAME_MILLIS)
                        .putAllOptions(options.values()))
                .build());
        if (close) {
            opened.close();
        }
        input = new SessionInput(opened, responder, recognizer, nanoTime);
        call.request(1);
    }

    /** To the client; if it leaves too much unread, the conversation is over. */
    private void send(ConverseResponse message) {
        if (!outbox.put(message) && takeOver()) {
            Status status = Status.RESOURCE_EXHAUSTED.withDescription("unread messages: more than "
                    + Outbox.MOST_MESSAGES + " or " + Outbox.MOST_MIBS + " MiB wait; read what the server sends");
            outbox.abort(Refusal.of(status, METHOD, id()).getStatus());
            closeSession();
        }
    }

    /** What the session has for the client, on the engine's workers. */
    private final class Output implements AudioSink {
        private volatile @Nullable SessionEvent closed;
        private long sequence;

        void on(SessionEvent event) {
            if (event instanceof SessionEvent.Closed) {
                // Frames may wait that were put out before.
                closed = event;
            } else {
                send(EventMessages.of(event));
            }
        }

        @Override
        public void start(Runnable ready) {
            outbox.onReady(ready);
        }

        @Override
        public boolean isReady() {
            return outbox.isReady();
        }

        @Override
        public void frame(short[] samples, int length, long position) {
            ConverseResponse.Builder message = ConverseResponse.newBuilder();
            message.getAudioBuilder()
                    .setAudio(Pcm.bytes(samples, length))
                    .setPosition(position)
                    .setSequence(++sequence);
            send(message.build());
        }

        @Override
        public void flush(long position) {
            ConverseResponse.Builder message = ConverseResponse.newBuilder();
            message.getFlushBuilder().setPosition(position);
            send(message.build());
        }

        @Override
        public void closed(CloseReason reason) {
            SessionEvent last = closed;
            if (last != null) {
                send(EventMessages.of(last));
            }
            LOG.atInfo()
                    .addKeyValue("session_id", id())
                    .addKeyValue("reason", reason.label())
                    .log("A conversation ended");
            outbox.end(
                    reason == CloseReason.INTERNAL_ERROR
                            ? Status.INTERNAL.withDescription("the session failed; an error event says more")
                            : Status.OK);
            takeOver();
        }
    }
}
