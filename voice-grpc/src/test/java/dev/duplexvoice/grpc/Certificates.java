package dev.duplexvoice.grpc;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Certificates made when they are needed, with the JDK's own keytool; none is kept with the sources. */
final class Certificates {
    private static final String PASSWORD = "changeit";

    private final Path folder;

    /** An authority and what it signs, in this folder. */
    Certificates(Path folder) throws Exception {
        this.folder = folder;
        pair("authority", "CN=Test Authority", "-ext", "bc:c", "-validity", "30");
        export("authority");
    }

    /** The authority's own certificate. */
    Path authority() {
        return folder.resolve("authority.pem");
    }

    /** A certificate for this machine, in a file of its own beside its key. */
    TlsFiles sign(String name, boolean expired, Path trusted) throws Exception {
        make(name, expired);
        return new TlsFiles(folder.resolve(name + ".pem"), folder.resolve(name + ".key"), trusted);
    }

    Path certificate(String name) {
        return folder.resolve(name + ".pem");
    }

    Path key(String name) {
        return folder.resolve(name + ".key");
    }

    void make(String name, boolean expired) throws Exception {
        pair(name, "CN=localhost", "-validity", "30");
        keytool(name, "-certreq", "-alias", name, "-file", path(name + ".csr"));
        certify(name, expired);
        exportKey(name);
    }

    /** Another certificate, for the key that there is. */
    void renew(String name) throws Exception {
        certify(name, false);
    }

    private void certify(String name, boolean expired) throws Exception {
        List<String> sign = new ArrayList<>(List.of(
                "-gencert",
                "-alias",
                "authority",
                "-infile",
                path(name + ".csr"),
                "-outfile",
                path(name + ".pem"),
                "-rfc"));
        sign.addAll(List.of("-ext", "san=dns:localhost,ip:127.0.0.1", "-validity", "10"));
        if (expired) {
            sign.addAll(List.of("-startdate", "-20d"));
        }
        keytool("authority", sign.toArray(String[]::new));
    }

    private void pair(String name, String subject, String... more) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of("-genkeypair", "-alias", name, "-keyalg", "EC", "-dname", subject));
        arguments.addAll(List.of(more));
        keytool(name, arguments.toArray(String[]::new));
    }

    private void export(String name) throws Exception {
        keytool(name, "-exportcert", "-rfc", "-alias", name, "-file", path(name + ".pem"));
    }

    /** Keytool gives no keys out; the store does. */
    private void exportKey(String name) throws Exception {
        var store = java.security.KeyStore.getInstance(new File(path(name + ".p12")), PASSWORD.toCharArray());
        byte[] key = store.getKey(name, PASSWORD.toCharArray()).getEncoded();
        String base64 = java.util.Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key);
        Files.writeString(key(name), "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n");
    }

    private String path(String file) {
        return folder.resolve(file).toString();
    }

    private void keytool(String store, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", path(store + ".p12"), "-storepass", PASSWORD, "-storetype", "PKCS12"));
        Path log = folder.resolve("keytool.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError(command + ": " + Files.readString(log));
        }
    }
}
