package dev.duplexvoice.grpc.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerAddressTest {

    @ParameterizedTest
    @CsvSource({
        "grpc://localhost:7001, localhost, 7001",
        "grpc://tts-0.tts.voices.svc.cluster.local:1, tts-0.tts.voices.svc.cluster.local, 1",
        "grpc://10.0.0.7:65535, 10.0.0.7, 65535",
        "grpc://3f2a9c1b4d5e:7001, 3f2a9c1b4d5e, 7001",
        "grpc://host.example.:7001, host.example., 7001",
        "grpc://[2001:db8::7]:7001, 2001:db8::7, 7001",
        "grpc://[::1]:7001, ::1, 7001"
    })
    void shouldReadAddresses(String text, String host, int port) {
        WorkerAddress address = WorkerAddress.parse(text);

        assertThat(address).isEqualTo(new WorkerAddress(host, port)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "grpc://",
                "localhost:7001",
                "http://localhost:7001",
                "grpcs://localhost:7001",
                "GRPC://localhost:7001",
                "unix:///run/x.sock",
                "dns:///localhost:7001",
                "grpc://localhost",
                "grpc://localhost:",
                "grpc://localhost:0",
                "grpc://localhost:65536",
                "grpc://localhost:99999999999",
                "grpc://localhost:-1",
                "grpc://localhost:7001/",
                "grpc://localhost:7001?x",
                "grpc://user@localhost:7001",
                "grpc://a:7001@b:80",
                "grpc://local host:7001",
                "grpc://local\nhost:7001",
                "grpc://lócal:7001",
                "grpc://-a:7001",
                "grpc://a..b:7001",
                "grpc://a-:7001",
                "grpc://tts_worker_1:7001",
                "grpc://host.1a:7001",
                "grpc://[1::2::3]:7001",
                "grpc://[1:2:3:4:5:6:7:8:9]:7001",
                "grpc://[::1.2.3]:7001",
                "grpc://0.0.0.0:7001",
                "grpc://224.0.0.1:7001",
                "grpc://256.1.1.1:7001",
                "grpc://127.1:7001",
                "grpc://2130706433:7001",
                "grpc://[::]:7001",
                "grpc://[0:0::0]:7001",
                "grpc://[ff02::1]:7001",
                "grpc://[localhost]:7001",
                "grpc://::1:7001",
                "grpc://:7001",
                "grpc://[]:7001",
                " grpc://localhost:7001"
            })
    void shouldRefuseEverythingElse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorkerAddress.parse(text))
                .withMessageContaining("must be")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "a.b-c.example.",
                "3f2a9c1b4d5e",
                "10.0.0.7",
                "2001:db8::7",
                "::ffff:10.0.0.7",
                "fe80::1%eth0"
            })
    void shouldAcceptOnlyWhatGrpcMakesAChannelTo(String host) {
        ManagedChannel channel = NettyChannelBuilder.forTarget(new WorkerAddress(host, 7001).authority())
                .usePlaintext()
                .build();
        // Its name is only looked at when there is a call.
        channel.getState(true);
        channel.shutdownNow();
    }

    @Test
    void shouldSayWhatIsWrongWithAnUnderscore() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorkerAddress.parse("grpc://tts_worker_1:7001"))
                .withMessageContaining("host=tts_worker_1: must be")
                .withMessageContaining("underscore; give it another name");
    }

    @ParameterizedTest
    @ValueSource(ints = {254, 100_000})
    void shouldRefuseALongHostWithAShortMessage(int length) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorkerAddress.parse("grpc://" + "a".repeat(length) + ":7001"))
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(400));
    }
}
