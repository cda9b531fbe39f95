package dev.duplexvoice.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentCommandTest {
    private static final String TEXT = "Well, of course, **Dr. Lee** can! \ud83c\udf89\nIt is 3.5\u00a0%. 你好。";

    private static Cli run(String text, String... args) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        try {
            String[] all = new String[args.length + 1];
            all[0] = "segment";
            System.arraycopy(args, 0, all, 1, args.length);
            return Cli.run((Object[]) all);
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void shouldPrintWhatIsSpokenClauseByClause() {
        for (String chunk : new String[] {"1", "2", "7", "100", "2000000000"}) {
            Cli result = run(TEXT, "--chunk", chunk);
            assertThat(result.code).as(result.err).isZero();
            assertThat(result.err).isEmpty();
            assertThat(result.out).isEqualTo("Well, of course,\nDr. Lee can!\nIt is 3.5 %.\n你好。\n");
        }
        assertThat(run(TEXT).out).isEqualTo(run(TEXT, "--chunk", "1").out);
    }

    @Test
    void shouldChangeOnlyWhiteSpaceWhenAskedForSentences() {
        assertThat(run(TEXT, "--sentences").out)
                .isEqualTo("Well, of course, **Dr. Lee** can!\n\ud83c\udf89\nIt is 3.5 %.\n你好。\n");
    }

    @Test
    void shouldTellWhereClausesComeFromWhenAskedForJson() {
        assertThat(run("*Hi.* You!", "--json").out)
                .isEqualTo("{\"text\":\"Hi.\",\"begin\":0,\"end\":5}\n{\"text\":\"You!\",\"begin\":6,\"end\":10}\n");
    }

    @Test
    void shouldPrintNothingWhenThereIsNothingToSay() {
        for (String text : new String[] {"", "\n", "?! ...", "\ud83c\udf89", "\u0000\u0007"}) {
            Cli result = run(text);
            assertThat(result.code).isZero();
            assertThat(result.out + result.err).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--chunk=0, 'voice: --chunk=0: give the characters to feed at a time, 1 or more'",
        "--chunk=-3, 'voice: --chunk=-3: give the characters to feed at a time, 1 or more'",
    })
    void shouldNameValueAndRemedyWhenTheChunkIsNone(String option, String message) {
        Cli result = run(TEXT, option);
        assertThat(result.code).isEqualTo(2);
        assertThat(result.out).isEmpty();
        assertThat(result.err.strip()).isEqualTo(message);
    }

    @Test
    void shouldBeWrongUsageWhenAnOptionIsUnknownOrNoNumber() {
        for (String option : new String[] {"--chunk=many", "--clauses"}) {
            Cli result = run(TEXT, option);
            assertThat(result.code).isEqualTo(2);
            assertThat(result.err.lines()).hasSize(1);
        }
    }
}
