package dev.merit.bench.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where it was measured.
 *
 * @param loadBefore how busy it was already: the busier, the less the figures of two runs compare
 */
public record Machine(
        int cores, String processor, long memoryMebibytes, String system, double loadBefore, String java) {
    private static final long KIBIBYTES = 1_024;

    public static Machine here() {
        var system = ManagementFactory.getOperatingSystemMXBean();
        return new Machine(
                system.getAvailableProcessors(),
                field(Path.of("/proc/cpuinfo"), "model name"),
                mebibytes(field(Path.of("/proc/meminfo"), "MemTotal")),
                system.getName() + " " + system.getVersion() + " " + system.getArch(),
                system.getSystemLoadAverage(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    }

    private static long mebibytes(String kibibytes) {
        String digits = kibibytes.replaceAll("[^0-9]", "");
        return digits.isEmpty() ? 0 : Long.parseLong(digits) / KIBIBYTES;
    }

    private static String field(Path file, String name) {
        if (!Files.isReadable(file)) {
            return "n/a";
        }
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("n/a");
        } catch (IOException e) {
            return "n/a";
        }
    }
}
