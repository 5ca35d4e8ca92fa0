package dev.merit.router.pages;

import dev.merit.platform.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** The style sheet of one page: what all pages share, and the colours of the things on it. */
final class Stylesheet {
    /** What may be loaded for what is no page: nothing. */
    static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

    private static final String SHARED = """
            :root{color-scheme:light;font-family:system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;line-height:1.5}
            *{box-sizing:border-box}
            body{margin:0;background:#F4F5F7;color:#1A1A1A}
            main{max-width:64rem;margin:0 auto;padding:1.5rem 1rem 3rem}
            h1,h2,p,ul,figure{margin:0}
            h1{font-size:1.75rem;line-height:1.25}
            h2{font-size:1.25rem;margin-bottom:.5rem}
            a{color:#0B4F9E}
            a:focus-visible{outline:3px solid #0B4F9E;outline-offset:3px}
            .kind{font-size:.875rem;letter-spacing:.04em}
            .thing{max-width:36rem;margin:0 auto}
            .face{border-radius:1rem;padding:2rem 1.5rem;overflow-wrap:anywhere}
            .face p{margin-top:.5rem}
            .stamps{font-size:1.5rem;letter-spacing:.15em;line-height:1.6}
            .part{background:#FFFFFF;border:1px solid #D9DCE1;border-radius:1rem;padding:1.5rem;margin-top:1rem;overflow-wrap:anywhere}
            .part ul{padding-left:1.25rem}
            .code{font-size:1.5rem;font-weight:700;letter-spacing:.06em}
            figure{text-align:center}
            figure svg{width:100%;max-width:15rem;height:auto;background:#FFFFFF}
            figcaption{margin-top:.5rem}
            nav{margin-top:1.5rem;text-align:center}
            .list h2{margin-top:2rem}
            .list ul{list-style:none;padding:0;display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr))}
            .list li a{display:block;height:100%;border-radius:1rem;padding:1.25rem;text-decoration:none;overflow-wrap:anywhere}
            .list li a:hover strong{text-decoration:underline}
            .list strong{display:block;font-size:1.125rem}
            .note{margin-top:1rem}
            """;

    private Stylesheet() {}

    /** The sheet of a page whose things have these colours, in their order: the classes are c0, c1 and so on. */
    static String with(List<Colours> things) {
        var sheet = new StringBuilder(SHARED);
        for (int i = 0; i < things.size(); i++) {
            Colours colours = things.get(i);
            sheet.append(".c" + i + "{background:" + colours.back() + ";color:" + colours.text() + "}\n");
            sheet.append("a.c" + i + "{color:" + colours.text() + "}\n");
        }
        return sheet.toString();
    }

    /** What a page may load: this very sheet, and nothing else from anywhere. */
    static String policy(String sheet) {
        byte[] hash = Json.sha256(sheet.getBytes(StandardCharsets.UTF_8));
        return "default-src 'none'; style-src 'sha256-" + Base64.getEncoder().encodeToString(hash)
                + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }
}
