package dev.duplexvoice.packs;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** What tests of pulls have in common: a model of random bytes, and a puller that does not wait. */
final class Pulling {
    static final String TAG = "\"one\"";

    /** Pauses that the puller would have made. */
    final List<Duration> pauses = new ArrayList<>();

    final List<String> told = new ArrayList<>();
    final Path target;

    Pulling(Path target) {
        this.target = target;
    }

    static byte[] body(int size, long seed) {
        byte[] body = new byte[size];
        new Random(seed).nextBytes(body);
        return body;
    }

    static String sha256(byte[] body) throws Exception {
        return java.util.HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(body));
    }

    static PackDescription description() {
        return description("tiny");
    }

    private static PackDescription description(String id) {
        return new PackDescription(
                id,
                PackKind.VOICE,
                "test",
                List.of("en-US"),
                16_000,
                "MIT",
                Set.of("streaming"),
                Map.of("speaker", "1"));
    }

    static CatalogEntry entry(URI url, byte[] body) throws Exception {
        return entry(url, body.length, sha256(body));
    }

    static CatalogEntry entry(String id, URI url, byte[] body) throws Exception {
        CatalogFile file = new CatalogFile("model", "tiny.onnx", body.length, sha256(body), url);
        return new CatalogEntry(description(id), null, List.of(file));
    }

    static CatalogEntry entry(URI url, long size, String sha256) {
        return new CatalogEntry(description(), null, List.of(new CatalogFile("model", "tiny.onnx", size, sha256, url)));
    }

    ModelPuller.Builder builder() {
        return ModelPuller.into(target)
                .env(Map.<String, String>of()::get)
                .sleeper(pauses::add)
                .listener(new PullListener() {
                    @Override
                    public void started(CatalogFile file, URI from, long have) {
                        told.add("started at " + have);
                    }

                    @Override
                    public void retry(CatalogFile file, String reason, Duration pause) {
                        told.add("retry: " + reason);
                    }

                    @Override
                    public void finished(CatalogFile file, String sha256) {
                        told.add("finished");
                    }
                });
    }

    Path part() {
        return target.resolve(".pull/tiny/tiny.onnx.part");
    }

    Path model() {
        return target.resolve("test/tiny/tiny.onnx");
    }

    static byte[] start(byte[] body, int length) {
        return Arrays.copyOf(body, length);
    }
}
