package dev.duplexvoice.grpc.registry;

import static dev.duplexvoice.grpc.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.grpc.support.RedisServer;
import dev.duplexvoice.time.VirtualClock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RedisAffinitiesTest {

    @Test
    void shouldShareAffinitiesThroughRedisAndLetThemExpire() throws Exception {
        try (RedisServer redis = RedisServer.start();
                RedisStore one = RedisStore.connect(RedisOptions.of(redis.uri()));
                RedisStore two = RedisStore.connect(RedisOptions.of(redis.uri()))) {
            eventually("connected", () -> one.connections() > 0 && two.connections() > 0);
            RedisAffinities writer = new RedisAffinities(one);
            RedisAffinities reader = new RedisAffinities(two);

            writer.remember("s1", "tts-a@0");

            assertThat(writer.known("s1")).isEqualTo("tts-a@0");
            eventually(
                    "written", () -> redis.command("GET", "routing:affinity:s1").contains("tts-a@0"));
            assertThat(redis.command("TTL", "routing:affinity:s1")).isIn(":3600\r\n", ":3599\r\n", ":3598\r\n");
            assertThat(reader.known("s1")).isNull();
            assertThat(found(reader, "s1")).isEqualTo("tts-a@0");
            assertThat(reader.known("s1")).isEqualTo("tts-a@0");
            assertThat(found(reader, "s2")).isNull();

            writer.forget("s1");
            eventually(
                    "deleted",
                    () -> redis.command("EXISTS", "routing:affinity:s1").equals(":0\r\n"));
            assertThat(writer.known("s1")).isNull();
        }
    }

    @Test
    void shouldGiveItTheTimeToLiveThatIsAskedFor() {
        try (RedisServer redis = RedisServer.start();
                RedisStore store = RedisStore.connect(RedisOptions.of(redis.uri()))) {
            eventually("connected", () -> store.connections() > 0);
            VirtualClock clock = new VirtualClock();
            RedisAffinities affinities = new RedisAffinities(store, Duration.ofSeconds(1), clock);

            affinities.remember("s1", "a");
            eventually(
                    "written",
                    () -> redis.command("EXISTS", "routing:affinity:s1").equals(":1\r\n"));
            eventually(
                    "expired",
                    () -> redis.command("EXISTS", "routing:affinity:s1").equals(":0\r\n"));

            assertThat(affinities.known("s1")).isEqualTo("a");
            clock.advance(Duration.ofSeconds(1));
            assertThat(affinities.known("s1")).isNull();
        }
    }

    @Test
    void shouldNotBelieveWhatIsNoName() throws Exception {
        try (RedisServer redis = RedisServer.start();
                RedisStore store = RedisStore.connect(RedisOptions.of(redis.uri()))) {
            eventually("connected", () -> store.connections() > 0);
            redis.command("SET", "routing:affinity:long", "x".repeat(100_000));
            redis.command("SET", "routing:affinity:control", "a\nb");
            redis.command("HSET", "routing:affinity:hash", "a", "b");
            RedisAffinities affinities = new RedisAffinities(store);

            assertThat(found(affinities, "long")).isNull();
            assertThat(found(affinities, "control")).isNull();
            assertThat(found(affinities, "hash")).isNull();
            assertThat(found(affinities, "s".repeat(100_000))).isNull();
        }
    }

    @Test
    void shouldNotLearnFromAnAnswerForWhichNobodyWaitedAnyMore() throws Exception {
        try (RedisServer redis = RedisServer.start();
                RedisStore store = RedisStore.connect(
                        RedisOptions.of(redis.uri()).withTimeouts(Duration.ofSeconds(10), Duration.ofSeconds(10)))) {
            eventually("connected", () -> store.connections() > 0);
            redis.command("SET", "routing:affinity:s1", "old");
            redis.command("SET", "routing:affinity:s2", "old");
            RedisAffinities affinities = new RedisAffinities(store);
            redis.hang();
            assertThat(found(affinities, "s1")).isNull();
            assertThat(found(affinities, "s2")).isNull();
            affinities.remember("s1", "chosen");

            redis.goOn();

            // On the same connection, so the answers before it have come.
            eventually("it answers", () -> {
                String answered = affinities.find("s3").toCompletableFuture().join();
                return answered == null
                        && redis.command("GET", "routing:affinity:s1").contains("chosen");
            });
            assertThat(affinities.known("s1")).isEqualTo("chosen");
            assertThat(affinities.known("s2")).isNull();
        }
    }

    private static String found(Affinities affinities, String session) throws Exception {
        return affinities.find(session).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
