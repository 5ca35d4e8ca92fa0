package dev.merit.router.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.ChecksumException;
import com.google.zxing.FormatException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.decoder.Decoder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class QrCodeTest {
    private static final int QUIET = 4;
    private static final Pattern RUN = Pattern.compile("M(\\d+) (\\d+)h(\\d+)v1H(\\d+)z");

    // Breaks when what a phone's camera sees is not the link: the path is drawn again, and read as a camera reads it.
    @Test
    void saysTheLinkToWhoeverReadsIt() throws ChecksumException, FormatException {
        for (String link : new String[] {
            "http://127.0.0.1:8080/card/019cc3a5-51cb-7315-97e1-69147399f94d",
            "https://loyalty.example.com/some/path/zh-hant-tw/stamp-card/019cc3a5-51cb-7315-97e1-69147399f94d"
        }) {
            QrCode code = QrCode.of(link);

            assertThat(new Decoder().decode(drawn(code)).getText()).isEqualTo(link);
        }
    }

    @Test
    void leavesTheQuietZoneFree() {
        QrCode code = QrCode.of("https://example.com");
        Matcher run = RUN.matcher(code.path());

        while (run.find()) {
            int x = Integer.parseInt(run.group(1));
            int y = Integer.parseInt(run.group(2));
            assertThat(Math.min(x, y)).isGreaterThanOrEqualTo(QUIET);
            assertThat(Math.max(x + Integer.parseInt(run.group(3)), y + 1)).isLessThanOrEqualTo(code.side() - QUIET);
        }
        assertThat(RUN.matcher(code.path()).replaceAll("")).isEmpty();
    }

    private static BitMatrix drawn(QrCode code) {
        var modules = new BitMatrix(code.side() - 2 * QUIET);
        Matcher run = RUN.matcher(code.path());
        while (run.find()) {
            int x = Integer.parseInt(run.group(1)) - QUIET;
            int y = Integer.parseInt(run.group(2)) - QUIET;
            modules.setRegion(x, y, Integer.parseInt(run.group(3)), 1);
        }
        return modules;
    }
}
