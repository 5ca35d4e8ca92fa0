package dev.merit.bench.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Columns that stand below each other: the first to the left, all others to the right. */
public final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... heads) {
        rows.add(List.of(heads));
    }

    public void add(List<String> cells) {
        if (cells.size() != rows.getFirst().size()) {
            throw new IllegalArgumentException(
                    cells.size() + " cells for " + rows.getFirst().size() + " columns");
        }
        rows.add(List.copyOf(cells));
    }

    public String text() {
        List<Integer> widths =
                new ArrayList<>(Collections.nCopies(rows.getFirst().size(), 0));
        for (List<String> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                widths.set(column, Math.max(widths.get(column), row.get(column).length()));
            }
        }
        var text = new StringBuilder();
        for (int row = 0; row < rows.size(); row++) {
            text.append(line(rows.get(row), widths)).append('\n');
            if (row == 0) {
                text.append(line(widths.stream().map("-"::repeat).toList(), widths))
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static String line(List<String> cells, List<Integer> widths) {
        var line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            String padding = " ".repeat(widths.get(column) - cell.length());
            line.append(column == 0 ? "" : GAP).append(column == 0 ? cell + padding : padding + cell);
        }
        return line.toString().stripTrailing();
    }
}
