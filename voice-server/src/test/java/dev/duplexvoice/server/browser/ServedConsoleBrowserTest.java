package dev.duplexvoice.server.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.duplexvoice.logging.LoggingOptions;
import dev.duplexvoice.logging.VoiceLogging;
import dev.duplexvoice.server.VoiceServer;
import dev.duplexvoice.server.config.ServerConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The console of a whole server, as settings make it, that wants a token: somebody is refused, logs in, talks and looks around. */
@Tag("tools")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ServedConsoleBrowserTest {
    private static final String OPERATOR = "operator-token-of-24-chars";
    private static final String ANSWER = "Tomorrow morning there is one at seven.";
    private static final LocatorAssertions.HasTextOptions PATIENTLY =
            new LocatorAssertions.HasTextOptions().setTimeout(30_000);

    private static Chromium chromium;

    @TempDir
    private Path folder;

    private final List<String> complaints = new ArrayList<>();
    private VoiceLogging logging;
    private VoiceServer server;
    private BrowserContext context;

    @BeforeAll
    static void open(@TempDir Path folder) {
        Chromium.require();
        chromium = Chromium.start(new MicrophoneFile().silence(30).write(folder.resolve("microphone.wav")));
    }

    @AfterAll
    static void shut() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @BeforeEach
    void serve() throws IOException {
        Path token = Files.writeString(folder.resolve("ops-token"), OPERATOR + "\n");
        Path key = Files.writeString(folder.resolve("session-key"), "0123456789abcdef0123456789abcdef\n");
        Path file = Files.writeString(folder.resolve("voice.yaml"), """
                server.port: 0
                security:
                  tokens: {ops: {file: '%s', scopes: [talk, speak, observe, admin]}}
                  sessionKeys: {k1: {file: '%s'}}
                """.formatted(token, key));
        logging = VoiceLogging.configure(LoggingOptions.server("voice-server")
                .console(LoggingOptions.Console.NONE)
                .build());
        server = VoiceServer.builder(ServerConfig.load(file, Map.of()))
                .version("0.1.0")
                .logging(logging)
                .configure((caller, options) -> options.responder((turn, reply) -> reply.write(ANSWER)))
                .start();
    }

    @AfterEach
    void close() {
        if (context != null) {
            context.close();
        }
        server.close();
        logging.close();
    }

    /** What a host asks for one of its users. */
    private String sessionToken(String scopes) throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server.url() + "api/v1/tokens"))
                                .header("Authorization", "Bearer " + OPERATOR)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(
                                        "{\"subject\":\"user-7\",\"scopes\":[" + scopes + "],\"expires_in_s\":120}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        return new ObjectMapper().readTree(answer.body()).path("token").asText();
    }

    private Page page() {
        context = chromium.browser().newContext(new Browser.NewContextOptions().setViewportSize(1360, 860));
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            // The browser itself tells of every answer that is an error.
            if (message.type().equals("error")
                    && !message.text().contains("401")
                    && !message.text().contains("403")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        HeardInPage.listenAt(page);
        return page;
    }

    private static void enter(Page page, String token) {
        page.locator("#token").fill(token);
        page.keyboard().press("Enter");
        assertThat(page.locator("#token-dialog")).isHidden();
    }

    private static void type(Page page, String text) {
        page.locator("#talk-text").fill(text);
        page.keyboard().press("Enter");
    }

    @Test
    void shouldLetInWhoHasATokenAndNobodyElse() throws Exception {
        Page page = page();
        page.navigate(server.url());
        type(page, "Hello?");
        Locator refused = page.getByRole(AriaRole.ALERT);
        assertThat(refused).containsText("This server wants a token");
        page.locator("#tab-overview").click();
        assertThat(page.locator("#view-overview .problem")).containsText("Whoever runs it gives you one");
        Screenshots.take(page, "wants-token");
        page.locator("#view-overview").getByText("Enter a token").click();
        enter(page, "no-token-of-this-server");
        assertThat(page.locator("#view-overview .problem")).containsText("This server wants a token");

        // Of a user of the host: may talk, and see nothing of others.
        page.locator("#token-open").click();
        enter(page, sessionToken("\"talk\""));
        assertThat(page.locator("#view-overview .problem")).containsText("This token may not see that");
        page.locator("#tab-talk").click();
        type(page, "When does the next train leave?");
        assertThat(page.locator(".entry.voice .said").first()).hasText(ANSWER, PATIENTLY);
        assertThat(page.locator("#talk-state")).hasText("Listening", PATIENTLY);
        HeardInPage heard = HeardInPage.of(page);
        assertThat(SpeechIn.seconds(server.engine(), heard.rate(), heard.loudspeaker()))
                .as("seconds of speech at the loudspeaker")
                .isGreaterThan(1);
        String session = page.locator(".talk-head .mono").textContent();

        page.locator("#token-open").click();
        enter(page, OPERATOR);
        page.locator("#tab-overview").click();
        assertThat(page.locator(".banner h2")).hasText("Everything works", PATIENTLY);
        page.locator("#tab-performance").click();
        assertThat(page.locator("#view-performance .view-head")).containsText("Distributions of the last hour");
        page.locator("#tab-logs").click();
        assertThat(page.locator(".line a", new Page.LocatorOptions().setHasText(session))
                        .first())
                .isVisible();
        page.locator("#tab-sessions").click();
        page.locator("a[data-session='" + session + "']").click();
        page.locator("#end-session").click();
        assertThat(page.locator(".detail .facts-grid"))
                .containsText("ended", new LocatorAssertions.ContainsTextOptions().setTimeout(10_000));
        assertThat(complaints).isEmpty();
    }
}
