package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script in a tree of its own, with a JDK and a Maven that only say what they were asked. */
final class LauncherTest {
    private static final Path LAUNCHER = Path.of("..", "..", "merit");

    private Path directory;
    private Path root;
    private Path jdk;
    private Path programs;

    @BeforeEach
    void layOutATree(@TempDir Path made) throws IOException {
        directory = made;
        root = Files.createDirectories(directory.resolve("a clone"));
        jdk = directory.resolve("a jdk");
        programs = Files.createDirectories(directory.resolve("programs"));
        Files.copy(LAUNCHER, root.resolve("merit"));
        executable(root.resolve("merit"));
        for (String folder : List.of("common", "verticles", "deploy/node/src/main/java", "deploy/bench")) {
            Files.createDirectories(root.resolve(folder));
        }
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        Files.writeString(root.resolve("deploy/node/src/main/java/Main.java"), "class Main {}");
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"25.0.3\"\n");
        script(jdk.resolve("bin/javac"), "");
        script(jdk.resolve("bin/java"), "echo \"java by $$\"; for word; do echo \"<$word>\"; done");
        maven("Apache Maven 3.9.9", """
                mkdir -p "$root/deploy/node/target/dist/lib"
                echo '[INFO] Building Merit: contracts 0.1  [1/2]'
                echo '[INFO] Building Merit: node 0.1       [2/2]'
                : > "$root/deploy/node/target/dist/jvm.args"
                : > "$root/deploy/node/target/dist/lib/merit-node-0.1.jar"
                """);
        age(root, Instant.now().minusSeconds(60));
    }

    /** Breaks when a first start does not build, or says nothing while it does. */
    @Test
    void buildsATreeThatWasNeverBuilt() throws Exception {
        Shell.Outcome outcome = launch(directory, "up", "--demo");

        assertThat(outcome.exitCode()).as(outcome.said()).isZero();
        assertThat(outcome.said()).contains("building: module 1 of 2", "building: module 2 of 2", "java by");
    }

    /** Breaks when every start pays for a build. */
    @Test
    void buildsOnlyOnce() throws Exception {
        Shell.Outcome first = launch(directory, "version");

        Shell.Outcome second = launch(directory, "version");

        assertThat(first.said()).contains("building:");
        assertThat(second.said()).doesNotContain("building:").contains("java by");
    }

    /** Breaks when somebody edits a file and runs yesterday's program. */
    @Test
    void buildsAgainWhenASourceIsNewer() throws Exception {
        Shell.Outcome first = launch(directory, "version");
        Path source = root.resolve("deploy/node/src/main/java/Main.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));

        Shell.Outcome second = launch(directory, "version");

        assertThat(first.exitCode()).isZero();
        assertThat(second.said()).contains("building:");
    }

    /** Breaks when a folder with a space in its name, or being elsewhere, splits the words of the command line. */
    @Test
    void handsItsWordsOnWhole() throws Exception {
        Shell.Outcome outcome = launch(directory, "keys", "create-admin", "--name", "two words");

        assertThat(outcome.said().lines())
                .contains("<-cp>", "<" + root.toRealPath() + "/deploy/node/target/dist/lib/*>")
                .endsWith("<dev.merit.node.Main>", "<keys>", "<create-admin>", "<--name>", "<two words>");
    }

    /** Breaks when each start pays for a rehearsal, or none uses what came of it. */
    @Test
    void rehearsesOnceForABuild() throws Exception {
        rehearsal("echo learnt > \"$cache\"");

        Shell.Outcome first = launch(directory, "up");
        Shell.Outcome second = launch(directory, "node");
        Shell.Outcome other = launch(directory, "version");

        String flag = "<-XX:AOTCache=" + root.toRealPath() + "/deploy/node/target/dist/node.aot>";
        assertThat(first.said().lines()).contains(flag, "<up>").anyMatch(line -> line.startsWith("Rehearsing"));
        assertThat(second.said().lines()).contains(flag, "<node>").noneMatch(line -> line.startsWith("Rehearsing"));
        assertThat(other.said()).doesNotContain("AOTCache");
    }

    /** Breaks when a machine on which it cannot be had does not start, or tries each time. */
    @Test
    void startsWithoutARehearsalThatFailed() throws Exception {
        rehearsal("exit 1");

        Shell.Outcome first = launch(directory, "up");
        Shell.Outcome second = launch(directory, "up");

        assertThat(first.said())
                .contains("Rehearsing", "That failed", "java by")
                .doesNotContain("AOTCache=");
        assertThat(second.said()).contains("java by").doesNotContain("Rehearsing", "AOTCache=");
    }

    /** Breaks when a new build starts from what was learnt of the one before. */
    @Test
    void rehearsesAgainForANewBuild() throws Exception {
        rehearsal("echo learnt > \"$cache\"");
        assertThat(launch(directory, "up").exitCode()).isZero();
        Path source = root.resolve("deploy/node/src/main/java/Main.java");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));

        Shell.Outcome again = launch(directory, "up");

        assertThat(again.said()).contains("building:", "Rehearsing");
    }

    /** Breaks when an operator who stops a start has to wait for the end of the rehearsal. */
    @Test
    void stopsInTheMidstOfARehearsal() throws Exception {
        rehearsal("echo begun > '" + directory.resolve("begun") + "'; sleep 30");
        ProcessBuilder builder = new ProcessBuilder(root.resolve("merit").toString(), "up")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("said").toFile());
        builder.environment().putAll(environment());
        Process launcher = builder.start();
        while (!Files.exists(directory.resolve("begun"))) {
            assertThat(launcher.isAlive()).isTrue();
            Thread.sleep(20);
        }

        launcher.destroy();

        assertThat(launcher.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(launcher.exitValue()).isEqualTo(143);
        assertThat(root.resolve("deploy/node/target/dist/node.aot")).doesNotExist();
    }

    /** Breaks when somebody who only asks for help waits for a rehearsal. */
    @Test
    void helpsWithoutARehearsal() throws Exception {
        assertThat(launch(directory, "up", "--help").said()).doesNotContain("Rehearsing");
    }

    /** What the JDK does when it is asked to rehearse; {@code $cache} is the file that it shall make. */
    private void rehearsal(String body) throws IOException {
        script(jdk.resolve("bin/java"), """
                for word; do case $word in -XX:AOTCacheOutput=*) cache=${word#*=} ;; esac; done
                if [ -n "${cache:-}" ]; then %s; exit 0; fi
                echo "java by $$"; for word; do echo "<$word>"; done
                """.formatted(body));
    }

    /** Breaks when a signal to the launcher reaches a shell instead of the program. */
    @Test
    void becomesTheProgram() throws Exception {
        Files.writeString(directory.resolve("start"), "echo \"sh by $$\"; exec \"$1\" version\n");

        Shell.Outcome outcome = Shell.run(
                directory,
                environment(),
                List.of(
                        "sh",
                        directory.resolve("start").toString(),
                        root.resolve("merit").toString()));

        String pid = outcome.said().lines().findFirst().orElseThrow().replace("sh by ", "");
        assertThat(outcome.said().lines()).contains("java by " + pid);
    }

    /** Breaks when a failed build starts an old program, or keeps to itself what Maven said. */
    @Test
    void namesTheLogOfAFailedBuild() throws Exception {
        maven("Apache Maven 3.9.9", "echo '[ERROR] Main.java: something is wrong'; exit 1");

        Shell.Outcome outcome = launch(directory, "up");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.said())
                .contains("something is wrong", "deploy/node/target/build.log")
                .doesNotContain("java by");
    }

    @Test
    void asksForANewerMaven() throws Exception {
        maven("Apache Maven 3.6.3", "exit 0");

        Shell.Outcome outcome = launch(directory, "up");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.said()).contains("Maven 3.8 or newer", "3.6.3");
    }

    /** Breaks when the JDK that somebody points at is passed over for another one, or an older one is taken. */
    @Test
    void passesOverAnOlderJdk() throws Exception {
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");

        Shell.Outcome outcome = launch(directory, "version");

        assertThat(outcome.said()).doesNotContain("java by");
    }

    private Shell.Outcome launch(Path from, String... words) throws IOException, InterruptedException {
        List<String> command = Stream.concat(Stream.of(root.resolve("merit").toString()), Stream.of(words))
                .toList();
        return Shell.run(from, environment(), command);
    }

    private Map<String, String> environment() {
        return Map.of("JAVA_HOME", jdk.toString(), "PATH", programs + ":/usr/bin:/bin");
    }

    private void maven(String version, String build) throws IOException {
        script(
                programs.resolve("mvn"),
                "if [ \"$1\" = -v ]; then echo '" + version + "'; exit 0; fi\nroot='" + root + "'\n" + build);
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        executable(file);
    }

    private static void executable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void age(Path tree, Instant when) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(when));
            }
        }
    }
}
