package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** A Java client that a well-known generator makes of a document, without a line of ours. */
final class GeneratedClient {
    private static final Path GENERATOR =
            Path.of("target", "client-generator", "openapi-generator-cli.jar").toAbsolutePath();

    private final Path directory;
    private final Path document;

    GeneratedClient(Path directory, String document) throws IOException {
        this.directory = directory;
        this.document = Files.writeString(directory.resolve("docs.json"), document);
    }

    /** What the generator's own validator says of the document. */
    Shell.Outcome validate() throws IOException, InterruptedException {
        return run("validate", "--recommend", "-i", document.toString());
    }

    /** Generates the sources. */
    Shell.Outcome generate() throws IOException, InterruptedException {
        return run(
                "generate",
                "--generator-name",
                "java",
                "--library",
                "native",
                "--input-spec",
                document.toString(),
                "--output",
                directory.resolve("client").toString(),
                "--additional-properties",
                "invokerPackage=merit,apiPackage=merit.api,modelPackage=merit.model,openApiNullable=false,"
                        + "useJakartaEe=true,hideGenerationTimestamp=true",
                "--global-property",
                "apis,models,supportingFiles,apiDocs=false,modelDocs=false,apiTests=false,modelTests=false");
    }

    /** Compiles what was generated, and sources of ours that use it; answers where the classes are. */
    Path compile(List<Path> ours) throws IOException {
        Path classes = Files.createDirectories(directory.resolve("classes"));
        List<Path> sources = new ArrayList<>(ours);
        try (Stream<Path> files = Files.walk(directory.resolve("client/src/main/java"))) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of("-d", classes.toString(), "-cp", classPath(), "-proc:none", "-nowarn"),
                            null,
                            files.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertThat(compiled).as(said::toString).isTrue();
        }
        return classes;
    }

    private Shell.Outcome run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                GENERATOR.toString()));
        command.addAll(List.of(words));
        return Shell.run(directory, Map.of(), command);
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
    }
}
