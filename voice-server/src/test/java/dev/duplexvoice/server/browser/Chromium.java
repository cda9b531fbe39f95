package dev.duplexvoice.server.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The browser of this machine without a screen, whose microphone plays a recording once. */
final class Chromium implements AutoCloseable {
    private static final List<Path> PLACES = List.of(
            Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"), Path.of("/usr/bin/google-chrome"));

    private static final List<Path> NODES = List.of(Path.of("/usr/bin/node"), Path.of("/usr/local/bin/node"));

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /** Skips the test where there is no browser, unless VOICE_TEST_BROWSER=1 says that there must be one. */
    static void require() {
        if (!"1".equals(System.getenv("VOICE_TEST_BROWSER"))) {
            assumeTrue(
                    first(PLACES) != null && first(NODES) != null,
                    "there is no Chromium or no Node here: apt-get install chromium nodejs, or set VOICE_TEST_BROWSER=1 to have it fail");
        }
    }

    private static @Nullable Path first(List<Path> places) {
        return places.stream().filter(Files::isExecutable).findFirst().orElse(null);
    }

    private static Path found(List<Path> places, String name) {
        Path found = first(places);
        if (found == null) {
            throw new AssertionError(
                    "VOICE_TEST_BROWSER=1 and there is none of " + places + ": apt-get install " + name);
        }
        return found;
    }

    /** @param microphone a WAV file that the microphone plays from when it is opened */
    static Chromium start(Path microphone) {
        Playwright playwright = Playwright.create(new Playwright.CreateOptions()
                .setEnv(Map.of(
                        "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD",
                        "1",
                        "PLAYWRIGHT_NODEJS_PATH",
                        found(NODES, "nodejs").toString())));
        try {
            Browser browser = playwright
                    .chromium()
                    .launch(new BrowserType.LaunchOptions()
                            .setExecutablePath(found(PLACES, "chromium"))
                            .setArgs(List.of(
                                    "--no-sandbox",
                                    "--disable-gpu",
                                    "--no-first-run",
                                    "--disable-background-networking",
                                    "--use-fake-device-for-media-stream",
                                    "--use-fake-ui-for-media-stream",
                                    "--use-file-for-fake-audio-capture=" + microphone + "%noloop",
                                    "--autoplay-policy=no-user-gesture-required")));
            return new Chromium(playwright, browser);
        } catch (RuntimeException | Error e) {
            playwright.close();
            throw e;
        }
    }

    Browser browser() {
        return browser;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
