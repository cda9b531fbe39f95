package dev.duplexvoice.http;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. The body is asked for piece by piece: while a stream's buffer is full nothing is asked for, and the
 * server's socket fills. Told to its stream are samples, and once how it ended, unless it was cancelled.
 *
 * <p>The HTTP client calls it one call at a time; {@link #more} and {@link #cancel} come from any thread.
 */
final class Attempt implements HttpResponse.BodyHandler<Void>, HttpResponse.BodySubscriber<Void> {
    private static final int LONGEST_AUDIO_SECONDS = 600;

    /** What is done with the body. */
    private enum Use {
        AUDIO,
        ERROR,
        NOTHING
    }

    private final HttpStream stream;
    private final Settings settings;
    private final Timers timers;
    private final String text;
    private final SampleDecoder decoder;
    private final ErrorBody error = new ErrorBody();
    private final CompletableFuture<@Nullable Void> body = new CompletableFuture<>();
    private String key = "";
    private Use use = Use.NOTHING;
    private int status;
    private String contentType = "";
    private Duration retryAfter = Duration.ZERO;

    // Guarded by this.
    private boolean over;
    private Flow.@Nullable Subscription subscription;
    private @Nullable CompletableFuture<HttpResponse<Void>> exchange;
    private Timers.@Nullable Timer timer;
    /** Whether the server may send, and since when it has not. */
    private boolean asked = true;

    private boolean begun;
    private long silentSince;

    /** @param text what is to be spoken, which no message may repeat */
    Attempt(HttpStream stream, Settings settings, Timers timers, String text) {
        this.stream = stream;
        this.settings = settings;
        this.timers = timers;
        this.text = text;
        this.decoder = new SampleDecoder(settings.format(), settings.statedRate());
    }

    /**
     * Sends the request; waits for nothing.
     *
     * @throws dev.duplexvoice.VoiceException if there is no key where it should be
     */
    void send(HttpClient client, byte[] json) {
        HttpRequest.Builder request = HttpRequest.newBuilder(settings.endpoint().address())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(json));
        ApiKey secret = settings.key();
        if (secret != null) {
            key = secret.read();
            request.header("Authorization", "Bearer " + key);
        }
        watch(settings.firstByteTimeout());
        synchronized (this) {
            if (over) {
                return;
            }
        }
        CompletableFuture<HttpResponse<Void>> sent = client.sendAsync(request.build(), this);
        boolean late;
        synchronized (this) {
            exchange = sent;
            late = over;
        }
        if (late) {
            abort();
        }
        sent.whenComplete((response, thrown) -> {
            if (thrown != null) {
                fail(Failure.of(thrown, key, text));
            }
        });
    }

    // --------------------------------------------------------------------------------------------- the answer

    @Override
    public HttpResponse.BodySubscriber<Void> apply(HttpResponse.ResponseInfo info) {
        status = info.statusCode();
        contentType = info.headers().firstValue("content-type").orElse("");
        retryAfter = RetryAfter.of(info.headers());
        if (status >= 400) {
            use = Use.ERROR;
        } else if (status >= 300) {
            String to = info.headers().firstValue("location").orElse("").replaceAll("[?#].*", "");
            fail(Failure.lasting("answered with a redirect (" + status + ") to " + Words.of(to, key, text)
                    + ", which is not followed: give the voice the address itself"));
        } else if (!ContentType.isAudio(contentType)) {
            use = Use.ERROR;
        } else {
            use = Use.AUDIO;
            try {
                ContentType.requireUsable(info.headers(), settings.statedRate());
            } catch (Refusal e) {
                fail(Failure.lasting(e.what()));
            }
        }
        return this;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        boolean late;
        synchronized (this) {
            subscription = given;
            late = over;
        }
        if (late) {
            abort();
        } else {
            given.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        synchronized (this) {
            if (over) {
                return;
            }
            asked = false;
        }
        try {
            boolean more = true;
            for (ByteBuffer piece : bytes) {
                more = use == Use.AUDIO ? decode(piece) : error.add(piece);
            }
            begin();
            if (more) {
                more();
            } else if (use != Use.AUDIO) {
                fail(answered());
            }
        } catch (Refusal e) {
            fail(Failure.lasting(e.what()));
        }
    }

    /** From its first sample on, or with an error's first byte, an answer may take as long as it likes, but not stall. */
    private synchronized void begin() {
        if (!begun && (use == Use.ERROR || decoder.decoded() > 0)) {
            begun = true;
            watch(settings.stallTimeout());
        }
    }

    private boolean decode(ByteBuffer piece) throws Refusal {
        decoder.accept(piece);
        if (decoder.decoded() > (long) LONGEST_AUDIO_SECONDS * decoder.sampleRate()) {
            throw new Refusal("sends more than " + LONGEST_AUDIO_SECONDS + " s of audio for one text");
        }
        return stream.append(this, decoder.samples(), decoder.samplesLength(), decoder.sampleRate());
    }

    @Override
    public void onError(Throwable thrown) {
        if (use == Use.ERROR) {
            fail(answered()); // the status tells more than how the rest was lost
        } else {
            fail(Failure.of(thrown, key, text));
        }
    }

    @Override
    public void onComplete() {
        if (use == Use.ERROR) {
            // No abort(): the connection is whole and goes back to its pool, where the next attempt may already have
            // it.
            if (finish()) {
                body.complete(null);
                stream.failed(this, answered());
            }
            return;
        }
        try {
            decoder.end();
            stream.append(this, decoder.samples(), decoder.samplesLength(), decoder.sampleRate());
            if (finish()) {
                body.complete(null);
                stream.completed(this);
            }
        } catch (Refusal e) {
            fail(Failure.lasting(e.what()));
        }
    }

    @Override
    public CompletionStage<Void> getBody() {
        return body;
    }

    /** What the status and the body of an answer without audio say. */
    private Failure answered() {
        String said = Words.of(error.message(ContentType.type(contentType)), key, text);
        String message = said.isEmpty() ? "" : ": " + said;
        if (status < 400) {
            return Failure.lasting(
                    "sent " + Words.of(ContentType.type(contentType), key) + " where audio was expected" + message);
        }
        String what = "answered " + status + message
                + (retryAfter.isZero() ? "" : "; it asks to wait for " + retryAfter.toSeconds() + " s");
        return switch (status) {
            case 401, 403 -> Failure.lasting(what + "; check the key");
            case 404 -> Failure.lasting(what + "; check the address, the model and the voice");
            default -> status == 429 || status >= 500 ? Failure.passing(what, retryAfter) : Failure.lasting(what);
        };
    }

    // ------------------------------------------------------------------------------------------------- the end

    /** Asks for more of the body. */
    void more() {
        Flow.Subscription from;
        synchronized (this) {
            from = over ? null : subscription;
            asked = true;
            if (begun) {
                silentSince = timers.nanoTime();
            }
        }
        if (from != null) {
            from.request(1);
        }
    }

    /** Closes the connection, whatever it is doing, and tells the stream nothing more. */
    void cancel() {
        if (finish()) {
            abort();
        }
    }

    private void fail(Failure failure) {
        if (finish()) {
            abort();
            stream.failed(this, failure);
        }
    }

    private synchronized boolean finish() {
        if (over) {
            return false;
        }
        over = true;
        if (timer != null) {
            timer.cancel();
        }
        return true;
    }

    private void abort() {
        Flow.Subscription from;
        CompletableFuture<HttpResponse<Void>> sent;
        synchronized (this) {
            from = subscription;
            sent = exchange;
        }
        if (from != null) {
            from.cancel();
        }
        body.complete(null);
        if (sent != null) {
            sent.cancel(true);
        }
    }

    private synchronized void watch(Duration limit) {
        if (timer != null) {
            timer.cancel();
        }
        if (!over) {
            silentSince = timers.nanoTime();
            timer = timers.schedule(limit.toNanos(), () -> look(limit));
        }
    }

    /** The time is up, unless something has come since or nothing was asked for. */
    private void look(Duration limit) {
        synchronized (this) {
            long left = limit.toNanos() - (timers.nanoTime() - silentSince);
            if (over) {
                return;
            }
            if (!asked || left > 0) {
                timer = timers.schedule(asked ? left : limit.toNanos(), () -> look(limit));
                return;
            }
        }
        String after = limit.toMillis() + " ms";
        if (use == Use.ERROR) {
            fail(answered());
        } else if (begun) {
            fail(Failure.lasting("sent nothing more for " + after + ", in the middle of its audio"));
        } else {
            fail(Failure.lasting("sent no audio within " + after));
        }
    }
}
