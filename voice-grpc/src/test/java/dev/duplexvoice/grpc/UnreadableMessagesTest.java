package dev.duplexvoice.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.duplexvoice.grpc.internal.UnreadableMessages;
import dev.duplexvoice.grpc.proto.tts.AudioFrame;
import dev.duplexvoice.grpc.proto.tts.TTSServiceGrpc;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** What each frame costs that goes out through it; what it answers is in {@link WorkerFuzzTest}. */
class UnreadableMessagesTest {
    @Test
    @SuppressWarnings("unchecked")
    void shouldHandFramesToTheTransportAsTheyAre() {
        MethodDescriptor<Object, Object> answered = (MethodDescriptor<Object, Object>)
                UnreadableMessages.answeredBy(new TTSServiceGrpc.TTSServiceImplBase() {}.bindService())
                        .getMethod(TTSServiceGrpc.getSynthesizeMethod().getFullMethodName())
                        .getMethodDescriptor();
        InputStream frame = TTSServiceGrpc.getSynthesizeMethod()
                .streamResponse(AudioFrame.newBuilder()
                        .setAudioData(ByteString.copyFrom(new byte[1_920]))
                        .build());

        // Its length is known, and it writes itself: nothing in between copies it.
        assertThat(answered.streamResponse(answered.parseResponse(frame)))
                .isSameAs(frame)
                .isInstanceOf(KnownLength.class)
                .isInstanceOf(Drainable.class);
    }
}
