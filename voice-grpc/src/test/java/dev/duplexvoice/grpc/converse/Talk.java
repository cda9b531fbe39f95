package dev.duplexvoice.grpc.converse;

import com.google.protobuf.ByteString;
import dev.duplexvoice.grpc.proto.v1.AudioFrame;
import dev.duplexvoice.grpc.proto.v1.Close;
import dev.duplexvoice.grpc.proto.v1.ConverseRequest;
import dev.duplexvoice.grpc.proto.v1.ConverseResponse;
import dev.duplexvoice.grpc.proto.v1.DuplexVoiceGrpc;
import dev.duplexvoice.grpc.proto.v1.Event;
import dev.duplexvoice.grpc.proto.v1.Interrupt;
import dev.duplexvoice.grpc.proto.v1.Open;
import dev.duplexvoice.grpc.proto.v1.SpeechStarted;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A client's side of one call, in bare messages. */
final class Talk implements ClientResponseObserver<ConverseRequest, ConverseResponse> {
    static final int PATIENCE_SECONDS = 30;

    final List<ConverseResponse> answers = Collections.synchronizedList(new ArrayList<>());
    private final Consumer<ConverseResponse> live;
    private final int initially;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Status status;
    private ClientCallStreamObserver<ConverseRequest> out;

    Talk(Channel channel) {
        this(channel, answer -> {});
    }

    Talk(Channel channel, Consumer<ConverseResponse> live) {
        this(channel, live, Integer.MAX_VALUE);
    }

    /** @param initially messages that are read before {@link #read} */
    Talk(Channel channel, Consumer<ConverseResponse> live, int initially) {
        this.live = live;
        this.initially = initially;
        DuplexVoiceGrpc.newStub(channel).converse(this);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ConverseRequest> call) {
        out = call;
        if (initially != Integer.MAX_VALUE) {
            call.disableAutoRequestWithInitial(initially);
        }
    }

    @Override
    public void onNext(ConverseResponse answer) {
        answers.add(answer);
        synchronized (answers) {
            answers.notifyAll();
        }
        live.accept(answer);
    }

    @Override
    public void onError(Throwable failure) {
        end(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        end(Status.OK);
    }

    private void end(Status how) {
        status = how;
        over.countDown();
        synchronized (answers) {
            answers.notifyAll();
        }
    }

    // ------------------------------------------------------------------------------------------ what is sent

    void send(ConverseRequest request) {
        out.onNext(request);
    }

    void send(Consumer<ConverseRequest.Builder> message) {
        ConverseRequest.Builder request = ConverseRequest.newBuilder();
        message.accept(request);
        send(request.build());
    }

    /** Has samples come as the voice made them. */
    static Open.Builder exact(Open.Builder open) {
        return open.putOptions("output.ceiling", "off")
                .putOptions("output.dcRemoval", "false")
                .putOptions("output.fade", "0ms");
    }

    Talk open(Consumer<Open.Builder> how) {
        send(m -> how.accept(m.getOpenBuilder()));
        return this;
    }

    void say(String text) {
        send(m -> m.getSayBuilder().setText(text));
    }

    void reply(long id, String text, boolean last) {
        send(m -> m.getReplyTextBuilder().setReplyId(id).setText(text).setIsFinal(last));
    }

    void transcript(String text, boolean last, long utterance) {
        send(m -> m.getTranscriptBuilder().setText(text).setIsFinal(last).setUtterance(utterance));
    }

    void speechStarted() {
        send(m -> m.setSpeechStarted(SpeechStarted.getDefaultInstance()));
    }

    void speechEnded(Duration silence) {
        send(m -> m.getSpeechEndedBuilder().setSilence(EventMessages.duration(silence)));
    }

    void interrupt() {
        send(m -> m.setInterrupt(Interrupt.getDefaultInstance()));
    }

    void played(long position) {
        send(m -> m.getPlayedBuilder().setPosition(position));
    }

    void audio(short[] samples) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asShortBuffer().put(samples);
        audio(ByteString.copyFrom(bytes));
    }

    void audio(ByteString bytes) {
        send(m -> m.getAudioInputBuilder().setAudio(bytes));
    }

    void close() {
        send(m -> m.setClose(Close.getDefaultInstance()));
    }

    void halfClose() {
        out.onCompleted();
    }

    void cancel() {
        out.cancel("enough", null);
    }

    void read(int messages) {
        out.request(messages);
    }

    // ------------------------------------------------------------------------------------------ what has come

    /** Null while the call lasts. */
    Status status() {
        return status;
    }

    Status end() throws InterruptedException {
        if (!over.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the call does not end; it has got " + all());
        }
        return status;
    }

    List<ConverseResponse> all() {
        synchronized (answers) {
            return List.copyOf(answers);
        }
    }

    List<Event> events() {
        return all().stream()
                .filter(ConverseResponse::hasEvent)
                .map(ConverseResponse::getEvent)
                .toList();
    }

    List<AudioFrame> frames() {
        return all().stream()
                .filter(ConverseResponse::hasAudio)
                .map(ConverseResponse::getAudio)
                .toList();
    }

    static short[] samples(AudioFrame frame) {
        short[] samples = new short[frame.getAudio().size() / 2];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short)
                    (frame.getAudio().byteAt(2 * i) & 0xff | frame.getAudio().byteAt(2 * i + 1) << 8);
        }
        return samples;
    }

    /** All audio, back to back. */
    short[] samples() {
        List<AudioFrame> frames = frames();
        short[] all = new short
                [frames.stream().mapToInt(frame -> frame.getAudio().size() / 2).sum()];
        int at = 0;
        for (AudioFrame frame : frames) {
            short[] samples = samples(frame);
            System.arraycopy(samples, 0, all, at, samples.length);
            at += samples.length;
        }
        return all;
    }

    /** Waits for a message. */
    ConverseResponse await(String what, Predicate<ConverseResponse> wanted) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        int seen = 0;
        synchronized (answers) {
            while (true) {
                for (; seen < answers.size(); seen++) {
                    if (wanted.test(answers.get(seen))) {
                        return answers.get(seen);
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (left <= 0 || status != null) {
                    throw new AssertionError("no " + what + " but " + status + " after " + answers);
                }
                answers.wait(left);
            }
        }
    }

    Event awaitEvent(Event.TypeCase type) throws InterruptedException {
        return await(
                        type.name(),
                        answer -> answer.hasEvent() && answer.getEvent().getTypeCase() == type)
                .getEvent();
    }
}
