package dev.duplexvoice.grpc.converse;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.dialog.Responder;
import dev.duplexvoice.dialog.Turn;
import dev.duplexvoice.grpc.proto.v1.ConverseResponse;
import dev.duplexvoice.grpc.proto.v1.ReplyFailed;
import dev.duplexvoice.grpc.proto.v1.ReplyText;
import io.grpc.Status;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Has the client answer: turns go out, text comes in whenever it likes. Thread-safe. */
final class ClientResponder implements Responder {
    /** So that each reply that was ever given has a bit. */
    private static final int MOST_REPLIES = 1 << 24;

    private final Consumer<ConverseResponse> send;
    private final Map<Integer, Reply> open = new HashMap<>();
    /** Those that the client has ended itself. */
    private final BitSet ended = new BitSet();

    private int given;

    ClientResponder(Consumer<ConverseResponse> send) {
        this.send = send;
    }

    @Override
    public void respond(Turn turn, Reply reply) {
        int id;
        synchronized (this) {
            if (given == MOST_REPLIES) {
                throw new VoiceException(
                        VoiceException.Code.OVERLOADED, "a conversation has at most " + MOST_REPLIES + " replies");
            }
            id = ++given;
            open.put(id, reply);
        }
        reply.detach();
        ConverseResponse.Builder message = ConverseResponse.newBuilder();
        message.getTurnBuilder()
                .setReplyId(id)
                .setTurnId(turn.turnId())
                .setText(turn.text())
                .setSpeech(EventMessages.duration(turn.speech()));
        send.accept(message.build());
        // After the turn was sent, so that the client knows what is cancelled.
        reply.onCancel(() -> cancelled(id));
    }

    private void cancelled(int id) {
        boolean wasOpen;
        synchronized (this) {
            wasOpen = open.remove(id) != null;
        }
        if (wasOpen) {
            ConverseResponse.Builder message = ConverseResponse.newBuilder();
            message.getReplyCancelledBuilder().setReplyId(id);
            send.accept(message.build());
        }
    }

    void text(ReplyText text) {
        Reply reply = find(text.getReplyId(), text.getIsFinal());
        if (reply == null) {
            return;
        }
        if (text.getUninterruptible()) {
            reply.allowInterruptions(false);
        }
        reply.write(text.getText());
        if (text.getIsFinal()) {
            reply.complete();
        }
    }

    void failed(ReplyFailed failed) {
        Reply reply = find(failed.getReplyId(), true);
        if (reply != null) {
            reply.fail(new VoiceException(
                    VoiceException.Code.RESPONDER, "the client could not answer: " + failed.getMessage()));
        }
    }

    /** Null if it was cancelled, which the client may not know yet. */
    private synchronized @Nullable Reply find(long id, boolean ends) {
        if (id < 1 || id > given) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("reply_id=" + id + ": no Turn has had it; give that of the Turn")
                    .asRuntimeException();
        }
        int known = (int) id;
        if (ended.get(known)) {
            throw Status.FAILED_PRECONDITION
                    .withDescription("reply_id=" + id + ": text after the reply's end; say more with Say")
                    .asRuntimeException();
        }
        if (ends) {
            ended.set(known);
            return open.remove(known);
        }
        return open.get(known);
    }
}
